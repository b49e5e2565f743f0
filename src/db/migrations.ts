import { readdirSync, readFileSync } from "node:fs";

export interface Migration {
  /** The file's name without its ending, for example `0001_guards`; the names sort in the order of application. */
  name: string;
  /** SHA-256 of the file, in hexadecimal: tells an edited migration from the one that was applied. */
  hash: string;
  statements: string[];
}

/**
 * The SQL files of `drizzle/`, in order. Imported as a macro: it runs while the program is built, so that the migrations
 * ride in the binary; run from source, it reads the folder at the start.
 */
export function readMigrations(): Migration[] {
  const folder = new URL("../../drizzle/", import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith(".sql"));
  return files.sort().map((file) => {
    const text = readFileSync(new URL(file, folder), "utf8");
    const statements = text.split("--> statement-breakpoint").map((statement) => statement.trim());
    return {
      name: file.slice(0, -".sql".length),
      hash: new Bun.CryptoHasher("sha256").update(text).digest("hex"),
      statements: statements.filter((statement) => statement !== ""),
    };
  });
}
