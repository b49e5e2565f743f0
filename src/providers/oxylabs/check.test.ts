import { expect, test } from "bun:test";
import type { Fetch } from "../http.ts";
import { checkProvider } from "./check.ts";

const CREDENTIALS = { username: "alice-7731", password: "s3cr3t" };

const checkWith = (fetch: Fetch) => checkProvider({ ...CREDENTIALS, baseUrl: "https://provider.test", fetch });
const problemAt = async (baseUrl: string) => {
  const check = await checkProvider({ ...CREDENTIALS, baseUrl, timeoutMs: 100 });
  return check.ok ? "none" : check.problem;
};

test("a provider that refuses the unknown source knows the credentials", async () => {
  expect(await checkWith(async () => new Response('{"message":"Unsupported source."}', { status: 400 }))).toEqual({
    ok: true,
  });
});

test("the check asks for nothing that could be delivered, and asks once", async () => {
  const bodies: unknown[] = [];
  await checkWith(async (_url, init) => {
    bodies.push(JSON.parse(String(init.body)));
    return new Response(null, { status: 400 });
  });
  expect(bodies).toEqual([{ source: "none" }]);
});

test("each refusal has its own remedy", async () => {
  const remedyOf = async (status: number) => {
    const check = await checkWith(async () => new Response(null, { status }));
    return check.ok ? "none" : check.remedy;
  };
  expect(await remedyOf(401)).toContain("OXYLABS_PASSWORD");
  expect(await remedyOf(403)).toContain("plan");
  expect(await remedyOf(404)).toContain("OXYLABS_BASE_URL");
  expect(await remedyOf(200)).toContain("OXYLABS_BASE_URL");
  expect(await remedyOf(503)).toContain("Try again");
});

test("an unknown host, a closed port, a broken handshake and silence are told apart", async () => {
  using plain = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  using silent = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Promise<Response>(() => {}) });
  expect(await problemAt("http://provider.invalid")).toBe("The name provider.invalid is not known.");
  expect(await problemAt("http://127.0.0.1:1")).toBe("127.0.0.1:1 refuses the connection.");
  expect(await problemAt(`https://127.0.0.1:${plain.port}`)).toContain("No secure connection");
  expect(await problemAt(`http://127.0.0.1:${silent.port}`)).toContain("did not answer in time");
});

test("no answer of the check names the credentials", async () => {
  for (const status of [401, 403, 404, 500]) {
    const check = JSON.stringify(await checkWith(async () => new Response(CREDENTIALS.password, { status })));
    expect(check).not.toContain(CREDENTIALS.username);
    expect(check).not.toContain(CREDENTIALS.password);
  }
});
