import { expect, test } from "bun:test";
import { dirname, join, normalize } from "node:path";

// The rules of the house, kept by a test instead of by reviewers.

const ROOT = join(import.meta.dir, "..");
const sources = await readAll("{src,views}/**/*.{ts,tsx}");
const program = sources.filter(({ path }) => !path.includes(".test.") && !path.startsWith("src/testing/"));

test("SQL is written in queries files and the database folder only", () => {
  const sql = /\b(?:tx|sql|connection)(?:<[^`]*>)?`\s*(?:with|select|insert|update|delete|create|truncate)\b/i;
  expect(offenders(program, sql, (path) => path.endsWith("queries.ts") || path.startsWith("src/db/"))).toEqual([]);
});

test("views depend on types and pure rules only", () => {
  const views = program.filter(({ path }) => path.startsWith("views/"));
  expect(offenders(views, /^import (?!type ).*\/(?:client|service|[a-z-]*queries|settings|api)\.ts"/m)).toEqual([]);
});

test("services, queries and the engine know no HTTP", () => {
  const inner = program.filter(({ path }) =>
    /^src\/(?:collector|history|providers|marketplaces|products|db)\//.test(path),
  );
  const outer = inner.filter(({ path }) => !path.startsWith("src/providers/"));
  expect(importers(outer, /^(?:src\/http\/|src\/app\.ts|elysia)/)).toEqual([]);
  expect(importers(inner, /^views\//)).toEqual([]);
});

test("providers know no run and no database", () => {
  const providers = program.filter(({ path }) => path.startsWith("src/providers/"));
  expect(importers(providers, /^src\/(?:runs|db|collector|sellers|history|settings)\//)).toEqual([]);
});

test("one slice uses another's service, never its queries", () => {
  const inner = program.filter(({ path }) => !path.startsWith("views/"));
  const foreign = inner.flatMap(({ path, imports }) =>
    imports
      .filter((target) => /queries\.ts$/.test(target) && dirname(target) !== dirname(path))
      .filter((target) => !MAY_USE.some(([from, to]) => path.startsWith(from) && target.startsWith(to)))
      .map((target) => `${path} uses ${target}`),
  );
  expect(foreign).toEqual([]);
});

/** A few modules write in one transaction with another slice, or show what several hold. */
const MAY_USE: [from: string, to: string][] = [
  ["src/collector/", "src/runs/"],
  ["src/collector/commit.ts", "src/activity/queries.ts"],
  ["src/activity/start-trimming.ts", "src/retention/queries.ts"],
  ["src/runs/segment.ts", "src/history/queries.ts"],
  ["src/runs/segment.ts", "src/activity/queries.ts"],
  ["src/worker/", "src/runs/queries.ts"],
  ["src/worker/account-keeper.ts", "src/activity/queries.ts"],
  ["src/sellers/", "src/history/queries.ts"],
  ["src/commands/", "src/"],
];

test("only the configuration reads the environment", () => {
  // The launcher passes PATH on to the server it starts, and nothing else.
  const allowed = ["src/config.ts", "src/db/embedded/launcher.ts"];
  expect(offenders(program, /\bprocess\.env\b|\bBun\.env\b/, (path) => allowed.includes(path))).toEqual([]);
});

test("there are no buckets, no barrel files and no loose ends", () => {
  const buckets = sources.filter(({ path }) => /\/(?:utils|helpers|common|misc)\/|\/(?:types|index)\.tsx?$/.test(path));
  expect(buckets.map(({ path }) => path)).toEqual([]);
  const marks = new RegExp(["TO" + "DO", "FIX" + "ME", "X" + "XX", "@ts-ig" + "nore", "as a" + "ny\\b"].join("|"));
  expect(offenders(sources, marks)).toEqual([]);
});

interface Source {
  path: string;
  text: string;
  /** Paths from the root; packages by their name. */
  imports: string[];
}

async function readAll(pattern: string): Promise<Source[]> {
  const paths = await Array.fromAsync(new Bun.Glob(pattern).scan({ cwd: ROOT }));
  return Promise.all(
    paths
      .filter((path) => !path.endsWith(".gen.ts"))
      .sort()
      .map(async (path) => {
        const text = await Bun.file(join(ROOT, path)).text();
        return { path, text, imports: importsOf(path, text) };
      }),
  );
}

function importsOf(path: string, text: string): string[] {
  const targets = [...text.matchAll(/^(?:import|export) (?:[^"']*? from )?"([^"]+)"/gm)].map((match) => match[1] ?? "");
  return targets.map((target) => (target.startsWith(".") ? normalize(join(dirname(path), target)) : target));
}

function offenders(among: Source[], pattern: RegExp, allowed: (path: string) => boolean = () => false): string[] {
  return among.filter(({ path, text }) => !allowed(path) && pattern.test(text)).map(({ path }) => path);
}

function importers(among: Source[], target: RegExp): string[] {
  return among.flatMap(({ path, imports }) =>
    imports.filter((to) => target.test(to)).map((to) => `${path} imports ${to}`),
  );
}
