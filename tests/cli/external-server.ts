import { appendFile, readFile, writeFile } from "node:fs/promises";
import { createServer, connect as dial } from "node:net";
import { join } from "node:path";
import { connect, type Sql } from "../../src/db/client.ts";
import { startEmbedded } from "../../src/db/embedded.ts";

/** A PostgreSQL server of somebody else, reached over TCP as DATABASE_URL names it. */
export interface ExternalServer extends AsyncDisposable {
  /** As its superuser. */
  admin: Sql;
  urlOf(user: string, database: string): string;
}

/** A server on a folder of its own, with a door on a TCP port: the one that rides along has a unix socket only. */
export async function startExternalServer(folder: string): Promise<ExternalServer> {
  const server = await startEmbedded({ dataDir: folder, fsync: false });
  const socket = join(server.application.host, ".s.PGSQL.5432");
  const door = createServer((client) => {
    const inside = dial(socket);
    for (const side of [client, inside]) side.on("error", () => [client, inside].forEach((one) => void one.destroy()));
    client.pipe(inside).pipe(client);
  });
  const port = await new Promise<number>((resolve) => {
    door.listen(0, "127.0.0.1", () => {
      const address = door.address();
      resolve(address instanceof Object ? address.port : 0);
    });
  });
  const admin = connect(server.superuser, { max: 1 });
  await askForPassword(join(folder, "postgres/data/pg_hba.conf"), "locked");
  await admin`select pg_reload_conf()`;
  return {
    admin,
    urlOf: (user, database) => `postgres://${user}@127.0.0.1:${port}/${database}`,
    async [Symbol.asyncDispose]() {
      await admin.end();
      await server.stop();
      door.close();
    },
  };
}

/** The first line that fits decides. */
async function askForPassword(rules: string, user: string): Promise<void> {
  const before = await readFile(rules, "utf8");
  await writeFile(rules, `local all ${user} scram-sha-256\n`);
  await appendFile(rules, before);
}
