FROM python:3.11-slim
ARG VERSION=dev
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /app
RUN mkdir -p /srv/data
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install -r requirements.txt
COPY . .
RUN pip install jinja2==3.1.4 \
    && python -m pip install idna==3.6
