import type { Config } from "../config.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { startServices } from "../worker/services.ts";
import { accountKeyOf, providerOf, withContext } from "./context.ts";
import { untilToldToStop } from "./serve.ts";

/** Works on runs, beside `serve` or other workers on the same database, until it is told to stop. */
export async function worker(config: Config): Promise<ExitCode> {
  const provider = providerOf(config);
  return withContext(config, async (context) => {
    const options = { ...context, provider, accountKey: accountKeyOf(config), dataDir: config.dataDir };
    await using services = await startServices(options, "worker");
    console.log("Working on runs. Stop with Ctrl-C: calls under way are waited for.");
    await untilToldToStop(() => services.cut());
    return EXIT.ok;
  });
}
