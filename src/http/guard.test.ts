import { expect, test } from "bun:test";
import { assertLoopback, guard } from "./guard.ts";

const request = (headers: Record<string, string>, method = "GET") =>
  new Request("http://localhost:3000/", { method, headers });

for (const host of ["localhost:3000", "127.0.0.1:3000", "[::1]:3000", "LOCALHOST:3000"]) {
  test(`Host: ${host} is ours`, () => {
    expect(() => guard(request({ host }), 3000)).not.toThrow();
  });
}

for (const host of [
  "evil.example:3000",
  "localhost.evil.example:3000",
  "127.0.0.1:3001",
  "localhost",
  "",
  "a@localhost:3000",
]) {
  test(`Host: "${host}" is refused, as a foreign name that points here would be`, () => {
    expect(() => guard(request({ host: host || " " }), 3000)).toThrow("localhost");
  });
}

const ours = { host: "localhost:3000" };
const FOREIGN: Record<string, string>[] = [
  { origin: "http://evil.example" },
  { origin: "null" },
  { origin: "http://localhost:4000" },
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "same-site" },
];

for (const headers of FOREIGN) {
  test(`a write with ${JSON.stringify(headers)} is refused, a read is not`, () => {
    expect(() => guard(request({ ...ours, ...headers }, "PATCH"), 3000)).toThrow("own pages");
    expect(() => guard(request({ ...ours, ...headers }), 3000)).not.toThrow();
  });
}

test("our own page and a program without a browser may write", () => {
  const page = { ...ours, origin: "http://localhost:3000", "sec-fetch-site": "same-origin" };
  expect(() => guard(request(page, "POST"), 3000)).not.toThrow();
  expect(() => guard(request(ours, "POST"), 3000)).not.toThrow();
});

test("only addresses of this machine may be listened on while there is no sign-in", () => {
  for (const host of ["127.0.0.1", "localhost", "::1", "127.1.2.3"]) expect(() => assertLoopback(host)).not.toThrow();
  for (const host of ["0.0.0.0", "::", "192.168.1.5", "example.org", "127.0.0.1.example.org", ""]) {
    expect(() => assertLoopback(host)).toThrow("no sign-in");
  }
});
