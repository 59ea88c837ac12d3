# One image a microservice: docker build --build-arg SERVICE=auth -t sixfold/auth .
# and the operators' console: docker build --target console -t sixfold/console .
# Needs BuildKit. docker-bake.hcl builds them all.
ARG NODE_IMAGE=node:24-bookworm-slim
ARG BASE_IMAGE=debian:bookworm-slim

# Built where the build runs: JavaScript is the same on every platform.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json ./
COPY packages/amqp-memory-server/package.json packages/amqp-memory-server/
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/build.mjs

# What the services depend on, with the native parts of the platform that they run on.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS dependencies
ARG TARGETARCH
WORKDIR /src
COPY package.json package-lock.json ./
COPY packages/amqp-memory-server/package.json packages/amqp-memory-server/
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
      --os=linux --libc=glibc --cpu="$(echo "$TARGETARCH" | sed s/amd64/x64/)"

FROM build AS contents
ARG SERVICE
COPY --from=dependencies /src/node_modules /dependencies/node_modules
RUN node scripts/image-contents.mjs "$SERVICE" /dependencies/node_modules /image

FROM build AS console-contents
COPY --from=dependencies /src/node_modules /dependencies/node_modules
RUN node scripts/image-contents.mjs console /dependencies/node_modules /image

FROM ${NODE_IMAGE} AS node

# Node itself, without npm and the rest of its image. Node is the container's first process: it takes SIGTERM, and starts
# no process that it would have to reap, so no other init stands before it.
FROM ${BASE_IMAGE} AS base
COPY --from=node /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 NODE_OPTIONS=--enable-source-maps
USER 1000:1000
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.vendor="Sixfold" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"

FROM base AS console
LABEL org.opencontainers.image.title="sixfold/console" \
      org.opencontainers.image.description="Moleculer's REPL in the running mesh: users, dead letters, mails, the log"
COPY --from=console-contents /image/node_modules node_modules
COPY --from=console-contents /image/app .
ENTRYPOINT ["node", "dist/node/repl.js"]

FROM base AS service
ARG SERVICE
LABEL org.opencontainers.image.title="sixfold/$SERVICE" \
      org.opencontainers.image.description="Sixfold's $SERVICE"
COPY --from=contents /image/node_modules node_modules
COPY --from=contents /image/app .
# What the lab keeps; a new volume mounted here belongs to whom the folder does.
COPY --from=contents --chown=1000:1000 /image/data /data
ENV SERVICE=$SERVICE
HEALTHCHECK --interval=10s --timeout=10s --start-period=2m --retries=6 CMD exec node dist/node/probe.js "$SERVICE"
CMD exec node dist/node/main.js "$SERVICE"
