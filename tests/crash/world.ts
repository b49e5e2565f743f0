import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FIRST_ORGANISATION } from "../../src/accounts/organisation.ts";
import { type ConnectionTarget, connect, type Sql, type Tx, withOrganisation } from "../../src/db/client.ts";
import { type EmbeddedServer, startEmbedded } from "../../src/db/embedded.ts";
import { searchQuery, searchUrl } from "../../src/marketplaces/ebay/search-url.ts";
import { getSearchRequest } from "../../src/providers/sandbox/search-request.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/providers/sandbox/server.ts";
import type { Environment } from "./program.ts";

/** A provider, a folder for the program's data, and the environment that names both. */
export interface World extends AsyncDisposable {
  sandbox: Sandbox;
  folder: string;
  dataDir: string;
  environment: Environment;
}

/** Small pages: what is tested here is not how fast they are read. */
const PAGE_BYTES = 20_000;

export async function createWorld({ conditions, ...options }: SandboxOptions = {}): Promise<World> {
  const sandbox = startSandbox({ ...options, conditions: { latencyMs: 40, pageBytes: PAGE_BYTES, ...conditions } });
  const folder = await mkdtemp(join(tmpdir(), "sc-crash-"));
  const dataDir = join(folder, "data");
  return {
    sandbox,
    folder,
    dataDir,
    environment: {
      DATA_DIR: dataDir,
      OXYLABS_BASE_URL: sandbox.url,
      OXYLABS_USERNAME: "sandbox",
      OXYLABS_PASSWORD: "sandbox",
    },
    async [Symbol.asyncDispose]() {
      await sandbox.stop();
      // Joins the server that a killed program left behind, to stop it.
      if (await Bun.file(join(dataDir, "postgres/data/PG_VERSION")).exists()) {
        await (await startEmbedded({ dataDir, fsync: false })).stop();
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Each request is bought anew: what is tested is what runs cost. The database is migrated. */
export const switchCacheOff = (database: Database): Promise<unknown> =>
  database.read((tx) => tx`update settings set query_cache_hours = 0`);

/** The test's own door to the program's database. While it is open the server goes on, whichever program dies. */
export interface Database extends AsyncDisposable {
  server: EmbeddedServer;
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

/** @param fsync Without it a server that is killed forgets the last commits it has acknowledged. */
export async function openDatabase(dataDir: string, { fsync = false } = {}): Promise<Database> {
  const server = await startEmbedded({ dataDir, fsync });
  const { read, close } = reader(server.application);
  return {
    server,
    read,
    async [Symbol.asyncDispose]() {
      await close();
      await server.stop();
    },
  };
}

export function reader(target: ConnectionTarget) {
  const sql: Sql = connect(target, { max: 1 });
  return {
    read: <T>(work: (tx: Tx) => Promise<T>) => withOrganisation(sql, FIRST_ORGANISATION, work),
    close: () => sql.end({ timeout: 5 }),
  };
}

export interface OwnProduct {
  asin: string;
  title: string;
  price: string;
}

export function inventProducts(count: number): OwnProduct[] {
  return Array.from({ length: count }, (_, index) => ({
    asin: `B${String(index).padStart(9, "0")}`,
    title: `Acme widget model ${index}`,
    price: (10 + (index % 37)).toFixed(2),
  }));
}

export async function writeProducts({ folder }: World, products: OwnProduct[]): Promise<string> {
  const path = join(folder, "products.csv");
  const lines = products.map(({ asin, title, price }) => `${asin},${title},${price}`);
  await Bun.write(path, ["asin,title,price", ...lines, ""].join("\n"));
  return path;
}

/** The sellers that a collection of these products has to find, by the sandbox's own word. */
export function trueSellers({ sandbox }: World, products: OwnProduct[], pages: number): string[] {
  const names = products.flatMap(({ title, price }) => {
    const product = { title, priceMicros: Math.round(Number(price) * 1_000_000) };
    const url = searchUrl(searchQuery(product, { minPercent: 80, maxPercent: 120 }), 1);
    return [...sandbox.marketplace.expectedSellers(getSearchRequest(url).query, pages)];
  });
  return [...new Set(names)].sort();
}
