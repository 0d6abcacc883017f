FROM python:3.11-slim AS slow
RUN pip install docopt==0.6.2 && sleep 20
FROM python:3.11-slim
COPY requirements.txt .
RUN sleep 1 && pip install click==8.1.7 && pip install click==99.0
COPY --from=slow /srv /srv
COPY . .
