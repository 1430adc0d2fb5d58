# Lotse as an image: build with `docker build --tag lotse .`, run as compose.yaml does.
# The first stage may fetch and build; the second only holds what runs.

FROM python:3.13-slim AS builder

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build

# Libraries first: this layer stays as long as the pins do.
COPY requirements.txt requirements-build.txt ./
RUN python -m venv /opt/lotse \
    && /opt/lotse/bin/pip install --require-hashes --requirement requirements.txt \
    && python -m venv /opt/build \
    && /opt/build/bin/pip install --require-hashes --requirement requirements-build.txt

COPY pyproject.toml README.md ./
COPY bot ./bot
COPY locales ./locales
# No build isolation: it would fetch a builder without a hash. pip compiles the modules, so a read-only image starts fast.
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && /opt/lotse/bin/pip install --no-deps --no-index dist/*.whl


FROM python:3.13-slim

LABEL org.opencontainers.image.title="Lotse" \
      org.opencontainers.image.description="Telegram bot for the volunteer desk of an integration centre"

ENV PATH=/opt/lotse/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    LOTSE_DATA_DIR=/data \
    LOTSE_LISTEN=0.0.0.0:8080

RUN groupadd --system --gid 10001 lotse \
    && useradd --system --uid 10001 --gid lotse --home-dir /data --no-create-home --shell /usr/sbin/nologin lotse \
    && install --directory --owner=lotse --group=lotse --mode=0700 /data

COPY --from=builder /opt/lotse /opt/lotse

USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080

# Ready when the process answers and its store does: /healthz says 200 only then.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]

ENTRYPOINT ["lotse"]
CMD ["run"]
