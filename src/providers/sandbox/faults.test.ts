import { afterEach, describe, expect, test } from "bun:test";
import { readSearchPage } from "../../marketplaces/ebay/search-page.ts";
import { type Conditions, FAIR_WEATHER, FAULTS, type Fault } from "./conditions.ts";
import { type Sandbox, startSandbox } from "./server.ts";
import { Weather } from "./weather.ts";

const SEARCH = "https://www.ebay.com/sch/i.html?_nkw=Kelptide+Desk+Lamp&_udlo=18&_udhi=22&_pgn=1&_dmd=1";

const open: Sandbox[] = [];
function start(conditions: Partial<Conditions>): Sandbox {
  const sandbox = startSandbox({ sellers: 200, conditions: { pageBytes: 20_000, ...conditions } });
  open.push(sandbox);
  return sandbox;
}
afterEach(() => Promise.all(open.splice(0).map((sandbox) => sandbox.stop())));

const always = (fault: Fault) => ({ failKeys: { pattern: ".", fault } });

function search({ url }: Sandbox) {
  return fetch(`${url}/v1/queries`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa("sandbox:sandbox")}` },
    body: JSON.stringify({ source: "universal", url: SEARCH }),
  });
}

const outcomeOf = async (response: Response) => readSearchPage((await response.json()).results[0].content).outcome;

function clockAt(time: { ms: number }) {
  return { now: () => new Date(time.ms), monotonic: () => time.ms, sleep: async () => {} };
}

describe("a fault", () => {
  for (const status of FAULTS.filter((fault) => /^[45]/.test(fault))) {
    test(`of ${status} is an HTTP status and is not billed`, async () => {
      const sandbox = start({ failKeys: { pattern: "ebay", fault: status } });
      expect((await search(sandbox)).status).toBe(Number(status));
      expect(sandbox.stats()).toMatchObject({ calls: 1, billed_calls: 0, by_status: { [status]: 1 } });
    });
  }

  test("of 613 stands inside a good answer and is not billed", async () => {
    const sandbox = start(always("613"));
    const answer = await (await search(sandbox)).json();
    expect(answer).toMatchObject({ results: [{ status_code: 613, content: "" }], job: { status: "faulted" } });
    expect(sandbox.stats().billed_calls).toBe(0);
  });

  for (const [fault, outcome] of [
    ["blocked", "blocked"],
    ["unreadable", "unreadable"],
    ["grid", "no_sellers_shown"],
  ] as const) {
    test(`of a page that is ${fault} is billed, useless as it is`, async () => {
      const sandbox = start(always(fault));
      expect(await outcomeOf(await search(sandbox))).toBe(outcome);
      expect(sandbox.stats()).toMatchObject({ billed_calls: 1, by_status: { "200": 1 } });
    });
  }

  test("of a slow body still brings all of it", async () => {
    expect(await outcomeOf(await search(start({ ...always("slow_body"), slowBodyMs: 40 })))).toBe("ok");
  });

  test("of a cut answer breaks the connection, or the JSON", async () => {
    const truncated = await search(start(always("truncated_body")));
    await expect(truncated.bytes()).rejects.toThrow();
    const cut = await search(start(always("cut_json")));
    await expect(cut.json()).rejects.toThrow(SyntaxError);
  });

  test("of a hang ends with the server", async () => {
    const sandbox = start(always("hang"));
    const call = search(sandbox).catch((error: unknown) => error);
    while (sandbox.stats().in_flight === 0) await fetch(`${sandbox.url}/stats`);
    await sandbox.stop();
    expect(await call).toBeInstanceOf(Error);
    expect(sandbox.stats()).toMatchObject({ billed_calls: 0, by_status: { "408": 1 } });
  });

  test("of the first attempts is over after them", async () => {
    const sandbox = start({ failFirst: { attempts: 2, fault: "503" } });
    const statuses: number[] = [];
    for (let attempt = 1; attempt <= 4; attempt++) statuses.push((await search(sandbox)).status);
    expect(statuses).toEqual([503, 503, 200, 200]);
  });

  test("of too many calls is told at once, however long calls take", async () => {
    const sandbox = start({ ...always("429"), latencyMs: 3_600_000 });
    expect((await search(sandbox)).status).toBe(429);
  });

  test("of 429 says when to come back only if it is told to", async () => {
    const sandbox = start(always("429"));
    const silent = await search(sandbox);
    expect(silent.headers.get("retry-after")).toBeNull();
    expect((await silent.json()).message).toBe("Too many requests. (Total Dynamic).");
    sandbox.setFaults({ retryAfterSeconds: 7 });
    expect((await search(sandbox)).headers.get("retry-after")).toBe("7");
  });
});

describe("faults", () => {
  test("are switched over HTTP, and unknown ones are named", async () => {
    const sandbox = start({});
    const change = (body: string) => fetch(`${sandbox.url}/faults`, { method: "POST", body });
    expect((await change(JSON.stringify(always("503")))).status).toBe(200);
    expect((await search(sandbox)).status).toBe(503);
    for (const wrong of [
      '{"rates":{"999":1}}',
      '{"latency":1}',
      '{"failKeys":{"pattern":"(","fault":"429"}}',
      "[]",
      "{",
    ])
      expect((await change(wrong)).status).toBe(400);
    expect((await search(sandbox)).status).toBe(503);
    await change('{"failKeys":null}');
    expect((await search(sandbox)).status).toBe(200);
  });

  test("of a refused port end by themselves, and at once when called off", async () => {
    const sandbox = start({ outage: { kind: "refuse", forMs: 3_600_000 } });
    await expect(search(sandbox)).rejects.toThrow();
    expect(sandbox.stats().calls).toBe(0);
    sandbox.setFaults({ outage: null });
    expect((await search(sandbox)).status).toBe(200);
  });

  test("by rate are drawn by key and attempt, whatever the order, and stick if told to", () => {
    const weather = new Weather("seed", clockAt({ ms: 0 }));
    weather.change({ rates: { "429": 0.2, blocked: 0.1 } });
    const keys = Array.from({ length: 2000 }, (_, index) => `key ${index}`);
    const draw = (attempt: number) => keys.map((key) => weather.faultOf(key, attempt, false));
    const first = draw(1);
    expect(first.filter((fault) => fault === "429").length / 2000).toBeCloseTo(0.2, 1);
    expect(first.filter((fault) => fault === "blocked").length / 2000).toBeCloseTo(0.1, 1);
    expect(draw(1)).toEqual(first);
    expect(draw(2)).not.toEqual(first);
    weather.change({ sticky: true });
    expect(draw(2)).toEqual(draw(1));
  });

  test("of an outage last their time, also when something else changes meanwhile", () => {
    const time = { ms: 0 };
    const weather = new Weather("seed", clockAt(time));
    weather.change({ outage: { kind: "429", forMs: 1000 } });
    time.ms = 900;
    weather.change({ latencyMs: 5 });
    expect(weather.faultOf("key", 1, false)).toBe("429");
    time.ms = 1000;
    expect(weather.faultOf("key", 1, false)).toBeUndefined();
  });

  test("of the rate limit begin beyond it and end with the second", () => {
    const time = { ms: 5000 };
    const weather = new Weather("seed", clockAt(time));
    expect(weather.remaining()).toBeUndefined();
    weather.change({ ratePerSecond: 2 });
    expect([weather.remaining(), weather.remaining(), weather.remaining()]).toEqual([1, 0, -1]);
    expect(weather.faultOf("key", 1, true)).toBe("429");
    time.ms = 6000;
    expect(weather.remaining()).toBe(1);
  });

  test("leave nothing behind when a change is refused", () => {
    const weather = new Weather("seed", clockAt({ ms: 0 }));
    expect(() => weather.change({ latencyMs: 5, view: "sideways" })).toThrow();
    expect(weather.conditions).toEqual(FAIR_WEATHER);
  });

  test("draw a latency between its bounds", () => {
    const weather = new Weather("seed", clockAt({ ms: 0 }));
    weather.change({ latencyMs: { min: 100, max: 300 } });
    const drawn = Array.from({ length: 500 }, (_, index) => weather.latencyMs(`key ${index}`, 1));
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(300);
    expect(new Set(drawn).size).toBeGreaterThan(100);
  });
});
