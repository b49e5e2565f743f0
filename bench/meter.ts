import { databaseCpuSeconds } from "./database-cpu.ts";
import type { Figures, Plan } from "./plan.ts";

const TENTHS = 10;

/** Takes wall time, CPU time and memory of this process while it collects. */
export class Meter {
  readonly #plan: Plan;
  readonly #dataDir: string;
  readonly #residentMb: number[] = [];
  #cpu = process.cpuUsage();
  #startedAt = performance.now();
  #databaseCpu = 0;
  #done = 0;

  constructor(plan: Plan, dataDir: string) {
    this.#plan = plan;
    this.#dataDir = dataDir;
  }

  /** What comes before is preparation and not counted. */
  start(): void {
    this.#cpu = process.cpuUsage();
    this.#databaseCpu = databaseCpuSeconds(this.#dataDir);
    this.#startedAt = performance.now();
  }

  /** Some more searches are written. */
  add(searches: number): void {
    this.#done += searches;
    const passed = Math.floor((this.#done * TENTHS) / this.#plan.searches);
    while (this.#residentMb.length < passed) this.#residentMb.push(megabytes(process.memoryUsage.rss()));
  }

  figures(): Figures {
    const wallMs = performance.now() - this.#startedAt;
    const { user, system } = process.cpuUsage(this.#cpu);
    const { searches, latencyMs, workers } = this.#plan;
    return {
      ofIdeal: (searches * latencyMs) / workers / wallMs,
      cpuSecondsPer1000: (user + system) / 1000 / searches,
      databaseSecondsPer1000: ((databaseCpuSeconds(this.#dataDir) - this.#databaseCpu) * 1000) / searches,
      // In kilobytes on Linux.
      peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
      residentMb: this.#residentMb,
    };
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
