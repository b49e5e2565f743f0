import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { newId } from "../ids.ts";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { inOrganisation } from "../testing/engine.ts";
import { makeItem, makeRun } from "../testing/factories.ts";
import { type TestWeb, testWeb } from "../testing/web.ts";

let db: TestDatabase;
let web: TestWeb;
beforeAll(async () => {
  db = await createTestDatabase();
  web = testWeb(db.sql);
});
beforeEach(() =>
  inOrganisation(
    db.sql,
    (tx) => tx`update runs set status = 'cancelled', completed_at = now(),
  pause_reason = null where status in ('pending', 'running', 'paused')`,
  ),
);
afterAll(async () => {
  expect(web.defects).toEqual([]);
  await db.drop();
});

const RUNS = "/api/collection/runs";
const ONE = { category_ids: ["electronics"] };
const product = { asin: "A", title: "Steel bottle", price: 20 };

const REFUSED: [what: string, body: unknown, status: number, code: string, says: RegExp][] = [
  ["nothing selected", {}, 400, "one_selection", /exactly one/],
  ["two selections", { ...ONE, preset_id: "all" }, 400, "one_selection", /exactly one/],
  ["a template and products", { template_id: newId(), products: [product] }, 400, "one_selection", /exactly one/],
  ["no category", { category_ids: [] }, 400, "empty_selection", /No category/],
  ["no product", { products: [] }, 400, "empty_selection", /empty/],
  ["an unknown category", { category_ids: ["electronix"] }, 400, "unknown_category", /Did you mean electronics/],
  ["an unknown preset", { preset_id: newId() }, 400, "unknown_preset", /no preset/],
  ["a preset id that is none", { preset_id: "x\0" }, 400, "unknown_preset", /no preset/],
  ["a preset that is not on offer yet", { preset_id: "top-10" }, 400, "unknown_preset", /on offer once/],
  ["an unknown template", { template_id: newId() }, 400, "unknown_template", /no template/],
  ["a template id that is none", { template_id: "x" }, 400, "unknown_template", /no template/],
  ["no workers", { ...ONE, workers: 0 }, 422, "validation", /workers: must be a whole number from 1 to 50/],
  ["5000 workers", { ...ONE, workers: 5000 }, 422, "validation", /workers: must be a whole number from 1 to 50/],
  ["half a worker", { ...ONE, workers: 1.5 }, 422, "validation", /workers/],
  ["an unknown field", { ...ONE, budget: 5 }, 422, "validation", /budget: is not a known field/],
  ["a name that cannot be seen", { ...ONE, name: " \u200b\0" }, 422, "validation", /name: must have a character/],
  ["a crossed markup", { ...ONE, markup_percent_min: 200 }, 400, "invalid_markup", /200 %/],
  ["a product without a word", { products: [{ ...product, title: " - " }] }, 422, "validation", /products.0.title/],
  ["a product without an id", { products: [{ ...product, asin: "\0" }] }, 422, "validation", /products.0.asin/],
  ["a likely cost over the cap", { ...ONE, budget_cap_cents: 5 }, 400, "budget_exceeded", /over its cap of \$0.05/],
  ["a cap below one call", { ...ONE, budget_cap_cents: 0 }, 400, "budget_exceeded", /over its cap of \$0.00/],
  [
    "a cap below one call, to stop there",
    { ...ONE, budget_cap_cents: 0, stop_at_cap: true },
    400,
    "cap_below_one_call",
    /costs \$0.00135. Raise it to at least \$0.01/,
  ],
];

describe("refused, with nothing half done", () => {
  for (const [what, body, status, code, says] of REFUSED) {
    test(`${what}: ${status} ${code}`, async () => {
      const before = await counts();
      const answer = await create({ ...(body as object), start: true }, { "idempotency-key": "refused" });
      expect([answer.status, answer.body.code]).toEqual([status, code]);
      expect(answer.body.detail).toMatch(says);
      expect(await counts()).toEqual(before);
    });
  }

  for (const [what, init, status, code] of [
    [
      "malformed JSON",
      { body: '{"category_ids":', headers: { "content-type": "application/json" } },
      400,
      "malformed_json",
    ],
    ["an empty body", { body: "", headers: { "content-type": "application/json" } }, 400, "malformed_json"],
    ["no body at all", {}, 415, "not_json"],
    ["null", { body: "null", headers: { "content-type": "application/json" } }, 422, "validation"],
    [
      "a key of 256 characters",
      { body: JSON.stringify(ONE), headers: keyed("k".repeat(256)) },
      400,
      "invalid_idempotency_key",
    ],
    ["an empty key", { body: JSON.stringify(ONE), headers: keyed("") }, 400, "invalid_idempotency_key"],
  ] as const) {
    test(`${what}: ${status} ${code}`, async () => {
      const before = await counts();
      const response = await web.ask(RUNS, { method: "POST", ...init });
      expect([response.status, (await response.json()).code]).toEqual([status, code]);
      expect(await counts()).toEqual(before);
    });
  }
});

test("a run that is refused over its cap comes with the estimate", async () => {
  const { body } = await create({ ...ONE, budget_cap_cents: 5 });
  expect(body.estimate).toMatchObject({ within_budget: false, budget_cap_cents: 5, total_micros: 151 * 1350 });
});

test("the cap must cover a call at today's price", async () => {
  await inOrganisation(db.sql, (tx) => tx`update settings set seller_search_price_micros = 20000`);
  const tight = { products: [product], budget_cap_cents: 1, stop_at_cap: true };
  expect((await create(tight)).body.code).toBe("cap_below_one_call");
  expect((await create({ ...tight, budget_cap_cents: 2 })).status).toBe(201);
  await inOrganisation(db.sql, (tx) => tx`update settings set seller_search_price_micros = null`);
});

test("a run is made pending, or started where that is asked for; texts are kept as they can be", async () => {
  const given = { ...product, title: "Steel\0 \ud83d bottle", currency: "usd", category: "Kit\0chen" };
  const { status, body } = await create({ products: [given], name: " My\0  run " });
  expect([status, body.status, body.name, body.started_at]).toEqual([201, "pending", "My run", null]);
  expect((await web.json(`${RUNS}/${body.id}/items`)).body.items).toMatchObject([
    { status: "pending", data: { title: "Steel \ufffd bottle", currency: "USD", category: "Kitchen" } },
  ]);
  expect((await create({ ...ONE, start: true })).body).toMatchObject({ status: "running", total_items: 1 });
});

describe("under an Idempotency-Key", () => {
  test("the same request is carried out once, whatever the order of its fields", async () => {
    const key = newId();
    const first = await create({ ...ONE, workers: 3, start: true }, keyed(key));
    expect([first.status, first.headers.get("idempotency-replayed")]).toEqual([201, null]);
    const before = await counts();
    const again = await create({ start: true, workers: 3, ...ONE }, keyed(key));
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([201, "true"]);
    expect(again.body).toEqual(first.body);
    expect(await counts()).toEqual(before);
  });

  test("ten requests at once make one run", async () => {
    const before = await counts();
    const key = newId();
    const answers = await Promise.all(Array.from({ length: 10 }, () => create(ONE, keyed(key))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get("idempotency-replayed") === null)).toHaveLength(1);
    expect((await counts()).runs).toBe(before.runs + 1);
  });

  test("another request is refused, and makes nothing", async () => {
    const key = newId();
    await create(ONE, keyed(key));
    const before = await counts();
    const { status, body } = await create({ ...ONE, workers: 4 }, keyed(key));
    expect([status, body.code]).toEqual([409, "idempotency_key_reused"]);
    expect(await counts()).toEqual(before);
  });

  test("a request that was refused may be sent again, corrected or not", async () => {
    const key = newId();
    for (let turn = 0; turn < 2; turn++) {
      expect((await create({ ...ONE, budget_cap_cents: 5 }, keyed(key))).body.code).toBe("budget_exceeded");
    }
    expect((await create({ ...ONE, budget_cap_cents: 500 }, keyed(key))).status).toBe(201);
  });

  test("the run is told as it is now, also where no further run is allowed", async () => {
    const key = newId();
    const { body } = await create(ONE, keyed(key));
    await create(ONE);
    await create(ONE);
    expect((await create(ONE)).status).toBe(429);
    await web.send("POST", `${RUNS}/${body.id}/cancel`, {});
    await create(ONE);
    expect((await create(ONE, keyed(key))).body).toMatchObject({ id: body.id, status: "cancelled" });
  });
});

describe("at most three runs are open", () => {
  test("whatever is asked for at once: creating, repeating, retrying", async () => {
    const failed = await Promise.all(Array.from({ length: 4 }, failedRun));
    const answers = await Promise.all([
      ...failed.map((id) =>
        create(ONE)
          .then(({ status }) => status)
          .finally(() => id),
      ),
      ...failed.map((id) => command(id, "retry-failed")),
      ...failed.map((id) => command(id, "rerun")),
    ]);
    expect(answers.filter((status) => status === 200 || status === 201)).toHaveLength(3);
    expect(answers.filter((status) => status === 429)).toHaveLength(9);
    expect((await counts()).open).toBe(3);
  });

  test("a refused retry leaves the run ended and its items failed", async () => {
    const id = await failedRun();
    for (let turn = 0; turn < 3; turn++) await create(ONE);
    const before = await web.json(`${RUNS}/${id}`);
    const response = await web.send("POST", `${RUNS}/${id}/retry-failed`, {});
    const body = await response.json();
    expect([response.status, body.code]).toEqual([429, "concurrent_limit"]);
    expect(body.detail).toContain("max_concurrent_runs");
    expect(await web.json(`${RUNS}/${id}`)).toEqual(before);
  });

  test("pending, running and paused ones count, and each of them may go on; ended ones do not", async () => {
    const [pending, running] = [await create(ONE), await create({ ...ONE, start: true })];
    const paused = await makeRun(db.sql, { status: "paused" });
    expect((await create(ONE)).body).toMatchObject({ code: "concurrent_limit" });
    expect(await command(pending.body.id, "start")).toBe(200);
    expect(await command(paused.id, "resume")).toBe(200);
    expect(await command(running.body.id, "cancel")).toBe(200);
    expect((await create(ONE)).status).toBe(201);
  });
});

async function create(body: unknown, headers: Record<string, string> = {}) {
  const response = await web.send("POST", RUNS, body, headers);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const command = async (id: string, name: string) => (await web.send("POST", `${RUNS}/${id}/${name}`, {})).status;

function keyed(key: string): Record<string, string> {
  return { "content-type": "application/json", "idempotency-key": key };
}

async function failedRun(): Promise<string> {
  const { id } = await makeRun(db.sql, { status: "failed", totalItems: 1, failedItems: 1 });
  await makeItem(db.sql, id, { status: "failed" });
  return id;
}

async function counts() {
  const [row] = await inOrganisation(
    db.sql,
    (tx) => tx`
      select (select count(*)::int from runs) as runs, (select count(*)::int from collection_items) as items,
        (select count(*)::int from idempotency_keys) as keys, (select count(*)::int from run_events) as events,
        (select count(*)::int from runs where status in ('pending', 'running', 'paused')) as open`,
  );
  return row as { runs: number; open: number };
}
