# All roles and the operator's commands in one image: the command selects one. The default is the standalone, with its data in /data.
# The base is pinned by the digest of its index, so that every build uses the same image: update tag and digest together.
FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS build
ENV SCARF_ANALYTICS=false
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6
# By default, glibc keeps freed memory for each thread of Node, 15 to 35 MiB more in a standalone.
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/data MALLOC_ARENA_MAX=2
WORKDIR /app
# Only Node is needed: removes the tools of the base image that install or download packages.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn* \
  && install -d -o 1000 -g 1000 -m 700 /data
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist/apps ./dist/apps
COPY --from=build /app/dist/libs ./dist/libs
# The commands of an operator, by their name: docker exec <container> scoreboard dead-letters list
RUN ln -s /app/dist/apps/cli/main.js /usr/local/bin/scoreboard
# A number, because Kubernetes cannot tell from a name that the user is not root.
USER 1000:1000
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
# Needs no shell; uses HTTPS if TLS_CERT_FILE is set.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "dist/apps/cli/src/health.js"]
CMD ["node", "--enable-source-maps", "dist/apps/standalone/main.js"]
