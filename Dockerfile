# The program as one file, without Bun and without its sources.
#
#   docker build -t sellercollection .
#   docker run --rm --init --stop-timeout 30 --network host -v sellercollection:/data \
#     -e OXYLABS_USERNAME=... -e OXYLABS_PASSWORD=... sellercollection
#
# `serve` listens on loopback only, hence the host's network. The volume holds the database and the stored answers.
# --init: orphans of a killed database server need someone to reap them.
# --stop-timeout: calls under way get 20 seconds to end before the run is paused.

FROM oven/bun:1.4.5 AS build
WORKDIR /build
COPY package.json bun.lock ./
COPY patches patches
RUN bun install --frozen-lockfile
COPY . .
RUN bun run build

FROM debian:bookworm-slim
# The provider is reached over TLS.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
# PostgreSQL refuses root, and wants its user to have a name.
RUN useradd --system --uid 10001 --home-dir /data --create-home sellercollection
COPY --from=build /build/dist/sellercollection /usr/local/bin/sellercollection
USER sellercollection
WORKDIR /data
ENV DATA_DIR=/data
VOLUME /data
ENTRYPOINT ["sellercollection"]
CMD ["serve"]
