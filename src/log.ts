import pino from "pino";
import type { Config } from "./config.ts";

export type Log = pino.Logger;

/** JSON lines (or readable ones) on standard error: standard output belongs to the command's results. */
export function createLog({ logLevel, logFormat }: Pick<Config, "logLevel" | "logFormat">): Log {
  const options = { level: logLevel, redact: ["password", "*.password", "authorization", "*.authorization"] };
  if (logFormat === "json") return pino(options, pino.destination(2));
  return pino(options, prettyLines());
}

/** A line per entry for people. pino-pretty would need a worker thread, which a compiled binary cannot load. */
function prettyLines(): pino.DestinationStream {
  return {
    write(line: string) {
      const { time, level, msg, pid: _pid, hostname: _hostname, ...rest } = JSON.parse(line);
      const name = pino.levels.labels[level]?.toUpperCase() ?? level;
      const details = Object.keys(rest).length > 0 ? ` ${JSON.stringify(rest)}` : "";
      process.stderr.write(`${new Date(time).toISOString()} ${name} ${msg ?? ""}${details}\n`);
    },
  };
}
