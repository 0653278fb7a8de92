# One image for every process: portal, worker, deployments, and Prefect's server.
FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 DO_NOT_TRACK=1 PREFECT_SERVER_ANALYTICS_ENABLED=false
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && useradd --uid 10001 --create-home grunnmur
USER 10001
CMD ["python", "-m", "portal", "--host", "0.0.0.0", "--port", "8410"]
