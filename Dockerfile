# syntax=docker/dockerfile:1

# What npm brings: the design system's stylesheet and the font.
FROM node:22-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci

# Python's packages in an environment of their own, and the static files collected with them.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements/base.txt requirements/
RUN /venv/bin/pip install --require-hashes -r requirements/base.txt
COPY --from=assets /app/node_modules node_modules
COPY manage.py gunicorn.conf.py ./
COPY hzd_catalogue hzd_catalogue
COPY partners partners
COPY projects projects
COPY templates templates
COPY static static
COPY fixtures fixtures
# Collecting needs no database, and the key made for it goes with this stage.
RUN VAR_DIR=/tmp/build STATIC_ROOT=/static /venv/bin/python manage.py collectstatic --no-input \
    && rm -r node_modules

FROM python:3.13-slim
# Static files belong to the image, not to VAR_DIR: a volume there would keep those of an older one.
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOST=* \
    STATIC_ROOT=/static \
    VAR_DIR=/var/lib/catalogue
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin catalogue \
    && install --directory --owner catalogue --mode 0700 /var/lib/catalogue \
       /var/lib/catalogue/backups /var/lib/catalogue/downloads
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /static /static
COPY --from=build /app /app
USER 10001
VOLUME /var/lib/catalogue
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=900s \
    CMD ["python", "-m", "hzd_catalogue.web.healthcheck"]
CMD ["gunicorn", "--config", "gunicorn.conf.py"]
