export interface Plan {
  searches: number;
  workers: number;
  latencyMs: number;
}

export interface Figures {
  name: string;
  /** Ideal makespan over wall time: 1 is perfect. */
  ofIdeal: number;
  cpuSecondsPer1000: number;
  peakMb: number;
}

const SAMPLE_MS = 50;

/** Runs a contestant and takes its wall time, its CPU time and its peak memory. */
export async function measured(name: string, plan: Plan, run: () => Promise<void>): Promise<Figures> {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, SAMPLE_MS);
  const cpu = process.cpuUsage();
  const started = performance.now();
  await run();
  const wallMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(timer);
  const idealMs = (plan.searches * plan.latencyMs) / plan.workers;
  return {
    name,
    ofIdeal: idealMs / wallMs,
    cpuSecondsPer1000: (user + system) / 1_000_000 / (plan.searches / 1000),
    peakMb: peak / 1024 / 1024,
  };
}

export function report(plan: Plan, all: Figures[]): void {
  console.log(`${plan.searches} searches, ${plan.workers} workers, ${plan.latencyMs} ms each`);
  console.table(
    all.map(({ name, ofIdeal, cpuSecondsPer1000, peakMb }) => ({
      name,
      "x ideal": ofIdeal.toFixed(2),
      "CPU s per 1,000": cpuSecondsPer1000.toFixed(1),
      "peak MB": peakMb.toFixed(0),
    })),
  );
  const [bare, ours] = all;
  if (bare && ours) console.log(`ours / bare: ${(ours.ofIdeal / bare.ofIdeal).toFixed(2)}`);
}
