# syntax=docker/dockerfile:1
# Builds the one program and runs it as an ordinary user: docker build -t sellercollection . ;
# docker run -v sellercollection:/data -e OXYLABS_USERNAME -e OXYLABS_PASSWORD sellercollection doctor
FROM oven/bun:1.4.5 AS build
WORKDIR /source
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile
COPY . .
RUN bun run build

FROM debian:bookworm-slim
RUN useradd --system --create-home --home-dir /data sellercollection
COPY --from=build /source/dist/sellercollection /usr/local/bin/sellercollection
USER sellercollection
WORKDIR /data
ENV DATA_DIR=/data
VOLUME /data
ENTRYPOINT ["sellercollection"]
CMD ["serve"]
