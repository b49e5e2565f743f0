import { expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { type FailureReason, HttpFailure, type PostRequest, post } from "../../src/providers/http.ts";
import { OK_CHUNKED, startEndlessServer, startRawServer } from "./raw-server.ts";

const never = new AbortController().signal;

const ask = (url: string, change: Partial<PostRequest> = {}, signal = never) =>
  post({ url, headers: {}, body: "{}", timeoutMs: 5_000, ...change }, signal);

async function reasonOf(asked: Promise<unknown>): Promise<FailureReason | undefined> {
  const failure = await asked.then(
    () => undefined,
    (error) => error,
  );
  return failure instanceof HttpFailure ? failure.reason : undefined;
}

test("an answer comes with its status, its headers, its bytes and how long it took", async () => {
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response("héllo", { headers: { "x-a": "1" } }),
  });
  const answer = await ask(server.url.href);
  expect(new TextDecoder().decode(answer.body)).toBe("héllo");
  expect([answer.status, answer.headers.get("x-a")]).toEqual([200, "1"]);
  expect(answer.durationMs).toBeGreaterThan(0);
});

test("a compressed answer arrives unfolded", async () => {
  const headers = { "content-encoding": "gzip" };
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response(gzipSync("a".repeat(5000)), { headers }),
  });
  expect((await ask(server.url.href)).body.byteLength).toBe(5000);
});

test("a small answer that unfolds to a gigabyte is given up at the cap", async () => {
  const bomb = gzipSync(Buffer.alloc(1024 * 1024 * 1024));
  const headers = { "content-encoding": "gzip" };
  using server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response(bomb, { headers }) });
  const before = process.memoryUsage().rss;
  expect(await reasonOf(ask(server.url.href))).toBe("too_large");
  expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
});

test("an answer of exactly the cap is taken, one byte more is not", async () => {
  using server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("a".repeat(1000)) });
  expect((await ask(server.url.href, { maxBytes: 1000 })).body.byteLength).toBe(1000);
  expect(await reasonOf(ask(server.url.href, { maxBytes: 999 }))).toBe("too_large");
});

test("an answer without end is given up at the cap", async () => {
  using server = startEndlessServer();
  expect(await reasonOf(ask(server.url, { maxBytes: 1_000_000 }))).toBe("too_large");
});

test("the long page of a refusal is cut off, and its status kept", async () => {
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response("a".repeat(900_000), { status: 502 }),
  });
  const { status, body } = await ask(server.url.href);
  expect(status).toBe(502);
  expect(body.byteLength).toBe(64 * 1024);
});

test("a server that says nothing is given up at the deadline", async () => {
  using server = startRawServer(() => {});
  expect(await reasonOf(ask(server.url, { timeoutMs: 60 }))).toBe("timeout");
  expect(server.asked).toBe(1);
});

test("a body that dribbles is given up at the deadline, however steadily it comes", async () => {
  using server = startRawServer((socket) => {
    socket.write(OK_CHUNKED);
    const dribble = setInterval(
      () => (socket.readyState === 1 ? socket.write("1\r\na\r\n") : clearInterval(dribble)),
      5,
    );
  });
  expect(await reasonOf(ask(server.url, { timeoutMs: 80 }))).toBe("timeout");
});

test("a closed port, an unknown name and a failed handshake are told apart", async () => {
  using plain = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  expect(await reasonOf(ask("http://127.0.0.1:1/"))).toBe("refused");
  expect(await reasonOf(ask("http://provider.invalid/"))).toBe("dns");
  expect(await reasonOf(ask(`https://127.0.0.1:${plain.port}/`))).toBe("tls");
});

const BROKEN = {
  "closes at once": "",
  "breaks off inside a body of known length": "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc",
  "breaks off between chunks": `${OK_CHUNKED}3\r\nabc\r\n`,
  "does not speak HTTP": "SSH-2.0-OpenSSH_9.6\r\n\r\n",
  "sends a chunk of no size": `${OK_CHUNKED}zzz\r\nabc\r\n`,
  "claims gzip and sends none": "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!",
};

for (const [how, bytes] of Object.entries(BROKEN)) {
  test(`a server that ${how} has lost the answer`, async () => {
    using server = startRawServer((socket) => {
      socket.write(bytes);
      socket.end();
    });
    expect(await reasonOf(ask(server.url))).toBe("lost");
  });
}

test("a redirect is handed back and not followed, so that credentials stay where they belong", async () => {
  using elsewhere = startRawServer((socket) => socket.end());
  const headers = { location: elsewhere.url };
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response(null, { status: 307, headers }),
  });
  expect((await ask(server.url.href)).status).toBe(307);
  expect(elsewhere.asked).toBe(0);
});

test("a caller's abort comes back as its own reason, while waiting and while reading", async () => {
  using silent = startRawServer(() => {});
  using dribbling = startRawServer((socket) => socket.write(`${OK_CHUNKED}1\r\na\r\n`));
  for (const { url } of [silent, dribbling]) {
    const abort = new AbortController();
    const reason = { why: "the run was paused" };
    const asked = ask(url, {}, abort.signal);
    setTimeout(() => abort.abort(reason), 30);
    expect(await asked.catch((error) => error)).toBe(reason);
  }
});

test("nothing is sent for a caller who has given up before", async () => {
  let sent = 0;
  const fetch = async () => new Response(String(++sent));
  const asked = ask("http://127.0.0.1/", { fetch }, AbortSignal.abort("stopped"));
  expect(await asked.catch((error) => error)).toBe("stopped");
  expect(sent).toBe(0);
});

test("an answered call leaves nothing behind on the signal of its caller", async () => {
  const caller = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = caller.signal;
  caller.signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners++;
    addEventListener.apply(caller.signal, args);
  };
  caller.signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners--;
    removeEventListener.apply(caller.signal, args);
  };
  await ask("http://127.0.0.1/", { fetch: async () => new Response("x") }, caller.signal);
  expect(listeners).toBe(0);
});
