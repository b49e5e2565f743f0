/** The reading thread: keeps and reads what `reading-thread.ts` sends it. */
import { parentPort, workerData } from "node:worker_threads";
import { READERS } from "../../providers/readers.ts";
import { createRawStore } from "../raw-store.ts";
import { openDesk, transferable } from "./reading.ts";
import type { Request, Response, ThreadData } from "./reading-thread.ts";

const { provider, directory }: ThreadData = workerData;
const desk = openDesk(createRawStore(directory), READERS[provider]);

parentPort?.on("message", async ({ number, delivery }: Request) => {
  const { kept, reading } = await desk.receive(delivery);
  if (reading.kind !== "fault") {
    return parentPort?.postMessage({ number, kept, reading: JSON.stringify(reading) } satisfies Response);
  }
  const { body } = delivery;
  parentPort?.postMessage({ number, kept, faulty: body } satisfies Response, transferable(body));
});
