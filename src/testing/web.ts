import { FIRST_ORGANISATION } from "../accounts/organisation.ts";
import { createApp } from "../app.ts";
import type { Sql } from "../db/client.ts";

/** The web side over a test database, asked without a port. A request that fails on our side fails the test. */
export function testWeb(sql: Sql) {
  const defects: unknown[] = [];
  const app = createApp({ sql, orgId: FIRST_ORGANISATION, log: { error: (fields) => defects.push(fields.err) } });
  const ask = (path: string, init: RequestInit = {}) => app.handle(new Request(`http://localhost${path}`, init));
  return {
    app,
    /** What was logged as a defect so far. */
    defects,
    ask,
    send: (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
      ask(path, { method, body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } }),
    async json(path: string) {
      const response = await ask(path);
      return { status: response.status, body: await response.json() };
    },
    async page(path: string) {
      const response = await ask(path);
      return { status: response.status, text: await response.text() };
    },
  };
}

export type TestWeb = ReturnType<typeof testWeb>;
