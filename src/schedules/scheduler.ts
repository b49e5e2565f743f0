import type { Clock } from "../clock.ts";
import { type FireDeps, fireDue, LOOK_AHEAD_MS } from "./fire.ts";
import { SCHEDULES_CHANGED } from "./queries.ts";

export interface SchedulerDeps extends FireDeps {
  clock: Clock;
}

export interface Scheduler {
  /** Resolves when nothing is being fired any more. */
  stop(): Promise<void>;
}

/** How soon a tick is looked at again that waits for a run to end, or could not be fired. */
const WAITING_MS = 5_000;

/**
 * Fires schedules when they are due, until it is stopped. It sleeps until the next tick, looks every half minute at
 * least, and is woken by changes of schedules in any process.
 */
export function startScheduler({ sql, clock, log }: SchedulerDeps): Scheduler {
  let isStopped = false;
  let nap = new AbortController();
  const wake = () => nap.abort();
  let listening: Promise<{ unlisten: () => Promise<void> }> | undefined;

  /** Tried again before each look: the database may have been away. What is not heard of is seen at the next look. */
  const listen = async () => {
    // The second callback comes after each reconnect, when a change may have been missed.
    listening ??= sql.listen(SCHEDULES_CHANGED, wake, wake);
    await listening.catch(() => {
      listening = undefined;
    });
  };

  const look = async (): Promise<number> => {
    try {
      const { nextAt } = await fireDue({ sql, log }, clock.now());
      if (!nextAt) return LOOK_AHEAD_MS;
      const untilNext = nextAt.getTime() - clock.now().getTime();
      return untilNext > 0 ? Math.min(untilNext, LOOK_AHEAD_MS) : WAITING_MS;
    } catch (error) {
      log.error({ err: error }, "schedules could not be looked at");
      return WAITING_MS;
    }
  };

  const work = async () => {
    while (!isStopped) {
      await listen();
      // Made before the look: a change in the middle of it is looked at, too.
      nap = new AbortController();
      const pause = await look();
      if (!isStopped) await clock.sleep(pause, nap.signal);
    }
  };

  const working = work();
  return {
    async stop() {
      isStopped = true;
      wake();
      await working;
      // A connection that is gone already listens no more.
      await listening?.then(({ unlisten }) => unlisten()).catch(() => undefined);
    },
  };
}
