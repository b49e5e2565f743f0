/**
 * A process that uses the embedded server of a folder, for tests that kill it: prints one JSON line once it is ready, and
 * lets go of the server when its standard input ends.
 */
import { connect } from "../db/client.ts";
import { DatabaseStartError } from "../db/embedded/errors.ts";
import { startEmbedded } from "../db/embedded.ts";

const [dataDir = ""] = process.argv.slice(2);
try {
  const server = await startEmbedded({ dataDir, fsync: false, notify: (message) => console.error(message) });
  const sql = connect(server.application, { max: 1 });
  await sql`select 1`;
  await sql.end();
  console.log(JSON.stringify({ pid: server.pid, host: server.application.host }));
  await Bun.stdin.text();
  await server.stop();
} catch (error) {
  if (!(error instanceof DatabaseStartError)) throw error;
  console.log(JSON.stringify({ code: error.code, problem: error.problem, remedy: error.remedy }));
  process.exitCode = error.exitCode;
}
