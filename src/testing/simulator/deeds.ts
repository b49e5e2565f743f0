import { changeLimits } from "../../runs/life-cycle-queries.ts";
import { command } from "./person.ts";
import type { Deed } from "./plan.ts";
import type { SimulatedProcess } from "./process.ts";
import type { Scene } from "./scene.ts";
import { listHeldLanes, listStanding } from "./world-queries.ts";

/** Does to the scene what the plan has for it; nothing where there is nobody to do it to. */
export async function act(scene: Scene, deed: Deed): Promise<void> {
  if ("process" in deed) return actOnProcess(scene, deed);
  switch (deed.kind) {
    case "start_process":
      return scene.plan.kind === "serve" ? scene.startProcess() : undefined;
    case "store_away":
      scene.store.goAway(deed.ms);
      for (const process of scene.living) await process.loseLock();
      return;
    case "disk_full":
      scene.disk.fullUntil = scene.time.now + deed.ms;
      return;
    case "command":
      for (const process of scene.processes) process.leaves = [];
      return command(scene.ask, deed.command, scene.runId(deed.run));
    case "resize":
      return resize(scene, deed.run, deed.workers);
  }
}

async function actOnProcess(scene: Scene, deed: Extract<Deed, { process: number }>): Promise<void> {
  const process = scene.living[deed.process % scene.living.length];
  if (!process) return;
  switch (deed.kind) {
    case "kill":
      process.leaves = [];
      process.kill();
      return replace(scene);
    case "stop":
      await stop(scene, process);
      return replace(scene);
    case "stop_and_cut":
      await stop(scene, process);
      scene.time.after(scene.dice.between(0, 3_000), () => process.cut());
      return;
    case "freeze":
      return process.freeze(deed.ms);
    case "lose_lock":
      return process.loseLock();
  }
}

async function stop({ ask, living }: Scene, process: SimulatedProcess): Promise<void> {
  const lanes = await ask((tx) => listHeldLanes(tx));
  const own = lanes.filter(({ processId }) => processId === process.id);
  const isLast = living.length === 1 && !process.wasGivenUp;
  process.leaves = isLast ? own.map(({ runId }) => runId) : [];
  process.stop();
}

/** Often somebody starts it again. */
function replace(scene: Scene): void {
  const { plan, dice, time } = scene;
  if (plan.kind === "serve" && dice.chance(0.5)) time.after(dice.between(0, 2_000), () => scene.startProcess());
}

async function resize(scene: Scene, index: number, workers: number): Promise<void> {
  const id = scene.runId(index);
  await scene.ask(async (tx) => {
    const [run] = await listStanding(tx, [id]);
    if (run) await changeLimits(tx, id, { ...run, workers });
  });
}
