FROM python:3.11-slim AS wheels
RUN <<SH
pip install pip==26.3 wheel==0.45.1 setuptools==75.8.0
pip wheel --no-build-isolation --no-binary markupsafe --wheel-dir /wheels markupsafe==2.1.5
SH
FROM python:3.11-slim
COPY requirements.txt /app/
RUN python -m pip install --upgrade pip==25.3
RUN pip install --no-build-isolation setuptools==75.8.0 wheel==0.45.1 && pip install --no-build-isolation --no-binary docopt docopt==0.6.2 && pip install -r /app/requirements.txt
COPY --from=wheels /wheels /wheels
RUN pip install --progress-bar=on /wheels/*.whl 2>&1
RUN pip check && pip install -q idna==3.7
COPY --link app /app/app
