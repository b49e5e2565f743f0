import { expect, test } from "bun:test";
import fc from "fast-check";
import { readBestSellers, readSearch } from "./answer.ts";

const CATEGORY = { nodeId: "172541", marketplace: "US" } as const;

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const answerWith = (result: object, status = "done") => encode({ results: [result], job: { status } });
const products = [{ pos: 1, asin: "B000000001", title: "Lamp", price: 9.5, currency: "USD" }];

/** `page:<outcome>`, or what is booked of a fault. */
function booked(answer: ReturnType<typeof readSearch> | ReturnType<typeof readBestSellers>): string {
  if (answer.kind === "page") return `page:${answer.page.outcome}`;
  return `${answer.error.name} ${answer.error.code} ${answer.error.billing}`;
}

test("a parsed page of best sellers is read", () => {
  const content = { query: "172541", results: products, parse_status_code: 12000 };
  const answer = readBestSellers(answerWith({ content, status_code: 200 }), CATEGORY);
  expect(answer.kind === "page" && answer.page.products.map(({ asin }) => asin)).toEqual(["B000000001"]);
});

test("the page of another category is delivered, billed, and of no use", () => {
  const content = { title: "Amazon Best Sellers: Best undefined", results: products };
  expect(booked(readBestSellers(answerWith({ content, status_code: 200 }), CATEGORY))).toBe("page:wrong_category");
});

test("an empty list counts as empty only when the provider's parser succeeded", () => {
  const parsedWith = (code: number) =>
    booked(
      readBestSellers(answerWith({ content: { results: [], parse_status_code: code }, status_code: 200 }), CATEGORY),
    );
  expect(parsedWith(12000)).toBe("page:no_results");
  for (const failed of [12002, 12003, 12004, 12006, 12009]) expect(parsedWith(failed)).toBe("page:unreadable");
});

const INSIDE: [status: number, booked: string][] = [
  [400, "PermanentError http_error billed"],
  [404, "PermanentError http_error billed"],
  [403, "RetryableError http_error billed"],
  [429, "RetryableError provider_fault not_billed"],
  [301, "RetryableError provider_fault not_billed"],
  [503, "RetryableError provider_fault not_billed"],
  [612, "RetryableError provider_fault not_billed"],
  [613, "RetryableError provider_fault not_billed"],
];

for (const [status, expected] of INSIDE) {
  test(`status ${status} inside an answer is booked as ${expected}`, () => {
    const answer = readSearch(answerWith({ content: "", status_code: status }, "faulted"));
    expect(booked(answer)).toBe(expected);
    expect(answer.kind === "fault" && answer.error.status).toBe(status);
  });
}

test("a failed job without content is not billed, whatever status it names", () => {
  const faulted = "RetryableError provider_fault not_billed";
  expect(booked(readSearch(answerWith({ content: "", status_code: 200 }, "faulted")))).toBe(faulted);
  expect(booked(readSearch(encode({ results: [], job: { status: "faulted" } })))).toBe(faulted);
});

test("an answer without a result may have been billed", () => {
  for (const answer of [{ results: [] }, { job: { status: "pending" } }, { message: "hello" }]) {
    expect(booked(readSearch(encode(answer)))).toBe("RetryableError provider_fault possibly_billed");
  }
});

test("content that is no page is an unreadable page, for it was delivered", () => {
  for (const content of ["", null, 7, true, [], {}, "<html></html>", { parse_status_code: 12002 }]) {
    const body = answerWith({ content, status_code: 200 });
    expect(booked(readSearch(body))).toBe("page:unreadable");
    expect(booked(readBestSellers(body, CATEGORY))).toBe("page:unreadable");
  }
});

const deep = 100_000;
const RUBBISH: Record<string, Uint8Array> = {
  nothing: new Uint8Array(),
  "half an answer": encode({ results: [{ content: "<html>" }] }).subarray(0, 20),
  "nested arrays": new TextEncoder().encode("[".repeat(deep) + "]".repeat(deep)),
  "nested arrays that never close": new TextEncoder().encode("[".repeat(deep)),
  "NUL bytes": new Uint8Array(1000),
  "bytes that are no UTF-8": Uint8Array.from({ length: 1000 }, (_, index) => 128 + (index % 128)),
  "a gateway's page": new TextEncoder().encode("<html><h1>502 Bad Gateway</h1></html>"),
  "a JSON null": encode(null),
};

for (const [name, body] of Object.entries(RUBBISH)) {
  test(`${name}: an unreadable page`, () => {
    expect(booked(readSearch(body))).toBe("page:unreadable");
    expect(booked(readBestSellers(body, CATEGORY))).toBe("page:unreadable");
  });
}

test("deep nesting in the places that matter is no reason to fail", () => {
  const nested = "[".repeat(deep) + "]".repeat(deep);
  for (const text of [
    `{"results":${nested}}`,
    `{"results":[{"content":${nested}}]}`,
    `{"results":[{}],"job":${nested}}`,
  ]) {
    expect(["page", "fault"]).toContain(readBestSellers(new TextEncoder().encode(text), CATEGORY).kind);
  }
});

test("any JSON and any bytes end as a page or as a fault", () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.json().map((text) => new TextEncoder().encode(text)),
    fc.record({ content: fc.jsonValue(), status_code: fc.jsonValue() }).map((result) => answerWith(result)),
  );
  fc.assert(
    fc.property(anything, (body) => {
      expect(["page", "fault"]).toContain(readSearch(body).kind);
      expect(["page", "fault"]).toContain(readBestSellers(body, CATEGORY).kind);
    }),
  );
});
