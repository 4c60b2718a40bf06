# Two stages: the first builds an environment from the hashed locks, the second holds only that environment.
# It runs as a user without rights and with a read-only root: what it writes goes to /data and /tmp.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /build
RUN python -m venv /opt/leavetaking
COPY requirements.txt requirements-build.txt ./
RUN /opt/leavetaking/bin/pip install --require-hashes --requirement requirements.txt
# The build backend stays out of what is shipped. pip finds it here by its pin, not by a download of its own.
RUN python -m pip install --require-hashes --requirement requirements-build.txt
COPY pyproject.toml setup.py README.md LICENSE ./
COPY api api
COPY schemas schemas
COPY alembic alembic
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && /opt/leavetaking/bin/pip install --no-deps --no-index dist/*.whl \
    && /opt/leavetaking/bin/python -m compileall -q /opt/leavetaking/lib \
    && /opt/leavetaking/bin/pip uninstall --yes pip

FROM python:3.13-slim
# The number is named, so that an orchestrator can verify that this is not root.
RUN groupadd --system --gid 10001 leavetaking \
    && useradd --system --uid 10001 --gid leavetaking --no-create-home --home-dir /data --shell /usr/sbin/nologin leavetaking \
    && install --directory --owner=leavetaking --group=leavetaking --mode=0700 /data
COPY --from=build /opt/leavetaking /opt/leavetaking
ENV PATH=/opt/leavetaking/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    LEAVETAKING_DATA_DIR=/data \
    LEAVETAKING_HOST=0.0.0.0 \
    LEAVETAKING_PORT=8000
WORKDIR /data
VOLUME /data
EXPOSE 8000
USER 10001:10001
# Ready means: the database answers and has the schema of this version. Asked of the address it listens on.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['LEAVETAKING_PORT'] + '/readyz', timeout=4)"]
# The signal that uvicorn ends on in order.
STOPSIGNAL SIGTERM
ENTRYPOINT ["leavetaking"]
CMD ["serve"]
