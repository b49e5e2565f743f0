import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const TICK_SECONDS = 0.01;

/** Seconds of CPU that the embedded server of a folder has used (Linux; 0 elsewhere). */
export function databaseCpuSeconds(dataDir: string): number {
  if (process.platform !== "linux") return 0;
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && worksIn(name, dataDir));
  return processes.map(cpuSeconds).reduce((sum, seconds) => sum + seconds, 0);
}

function worksIn(pid: string, dataDir: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${dataDir}/postgres/`);
  } catch {
    // Gone by now, or somebody else's.
    return false;
  }
}

/** With the children that have ended. */
function cpuSeconds(pid: string): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_SECONDS;
}
