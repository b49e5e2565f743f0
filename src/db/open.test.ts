import { expect, test } from "bun:test";
import { openDatabase } from "./open.ts";

const REFUSED = [
  ["postgres://app:s3cret@127.0.0.1:1/app", "127.0.0.1:1 does not answer (connection refused)"],
  ["postgres://app:s3cret@nowhere.invalid/app", "nowhere.invalid does not answer (unknown host name)"],
  ["postgres://app:s3cret@[oops/app", "DATABASE_URL is no valid URL"],
  ["postgres://app:s3cret%@127.0.0.1:1/app", "DATABASE_URL is no valid URL"],
] as const;

for (const [databaseUrl, sentence] of REFUSED) {
  test(`${databaseUrl.replace("s3cret", "...")} is explained without its password`, async () => {
    const error: unknown = await openDatabase({ databaseUrl, dataDir: "/nowhere" }).catch((reason) => reason);
    expect(String(error)).toContain(sentence);
    expect(String(error)).not.toContain("s3cret");
  });
}
