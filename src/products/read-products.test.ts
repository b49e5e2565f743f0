import { expect, test } from "bun:test";
import fc from "fast-check";
import { ProductsFileError } from "./products-file-error.ts";
import { MAX_REFUSED_SHOWN, readProducts } from "./read-products.ts";

const read = (text: string | Uint8Array) =>
  readProducts(new Blob([typeof text === "string" ? text : new Uint8Array(text)]));
const refusal = async (text: string | Uint8Array) => {
  const error = await read(text).catch((thrown) => thrown);
  if (!(error instanceof ProductsFileError)) throw new Error(`not refused: ${JSON.stringify(error)}`);
  return error.message;
};

test("a CSV file with the usual columns gives its products and how it was understood", async () => {
  const text =
    "ASIN,Product Name,Price,Category,Rank,Product URL\nB00000000A,A mug,$12.50,Mugs,#3,https://a.example/x\n";
  expect(await read(text)).toEqual({
    products: [
      {
        externalId: "B00000000A",
        title: "A mug",
        priceMicros: 12_500_000,
        currency: "USD",
        category: "Mugs",
        rank: 3,
        url: "https://a.example/x",
      },
    ],
    refused: [],
    refusedTotal: 0,
    duplicates: 0,
    understood: {
      format: "csv",
      separator: ",",
      encoding: "utf-8",
      columns: {
        id: "ASIN",
        title: "Product Name",
        price: "Price",
        category: "Category",
        rank: "Rank",
        url: "Product URL",
      },
    },
  });
});

for (const separator of [",", ";", "\t", "|"]) {
  test(`a file separated by ${JSON.stringify(separator)} is recognised, quotes and line breaks in cells too`, async () => {
    const rows = [
      ["sku", "title", "price"],
      ["a1", `"A${separator}B ""big""\nmug"`, "9.5"],
    ];
    const { products, understood } = await read(rows.map((row) => row.join(separator)).join("\r\n"));
    expect(understood.separator).toBe(separator);
    expect(products).toMatchObject([
      { externalId: "a1", title: `A${separator.trim() || " "}B "big" mug`, priceMicros: 9_500_000 },
    ]);
  });
}

test("what Excel writes is read: a separator line, a byte order mark, UTF-16, Windows-1252", async () => {
  const text = "sep=;\r\nid;name;price\r\n1;Café mug;12,99 €\r\n";
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
  for (const bytes of [Buffer.from(`\ufeff${text}`), utf16, Buffer.from(text.replace("€", "EUR"), "latin1")]) {
    const { products } = await read(bytes);
    expect(products).toMatchObject([{ title: "Café mug", priceMicros: 12_990_000, currency: "EUR" }]);
  }
});

const PRICES: [columns: string, cells: string, micros: number | null, currency: string | null][] = [
  ["sale_price,price,regular_price", "$5,$6,$7", 5_000_000, "USD"],
  ["sale_price,price,regular_price", ",$6,$7", 6_000_000, "USD"],
  ["sale_price,price,regular_price", "n/a,,$7", 7_000_000, "USD"],
  ["price", "4.125", 4_125_000, null],
  ["price", '"1,299.00"', 1_299_000_000, null],
  ["price", "$10.00 - $20.00", 10_000_000, "USD"],
  ["price_sek_text", "18\u202f936", 18_936_000_000, "SEK"],
  ["price,currency", "8.40,gbp", 8_400_000, "GBP"],
  ["price", "0", null, null],
  ["price", "-5.00", null, null],
  ["price", "Price data not available", null, null],
  ["category", "Mugs", null, null],
];

for (const [columns, cells, micros, currency] of PRICES) {
  test(`${columns} of ${cells} is ${micros ?? "no price, and the product is kept"}`, async () => {
    const { products } = await read(`id,title,${columns}\n1,Mug,${cells}\n`);
    expect(products).toMatchObject([{ priceMicros: micros, currency }]);
  });
}

test("rows without id or title are refused with the row a spreadsheet shows, the others are kept", async () => {
  const { products, refused } = await read('asin,title\n\nB1,"Two\nlines"\n,Mug\nB3,\n \nB4,Cup\n');
  expect(products.map(({ externalId }) => externalId)).toEqual(["B1", "B4"]);
  expect(refused).toEqual([
    { row: 4, reason: "It has no id: give an ASIN, or any id of your own." },
    { row: 5, reason: "It has no title." },
  ]);
});

test("the same id counts once, in upper or lower case, and the first one wins", async () => {
  const { products, duplicates } = await read("id,title\nab,First\nAB,Second\nab,Third\n");
  expect(products.map(({ title }) => title)).toEqual(["First"]);
  expect(duplicates).toBe(2);
});

test("the ASIN is the id when there are several, and a short row is no error", async () => {
  const { products } = await read("id,asin,title,price\n1,B1,Mug\n");
  expect(products).toMatchObject([{ externalId: "B1", priceMicros: null }]);
});

test("an address that is no web address is dropped", async () => {
  const { products } = await read("id,title,url\n1,Mug,javascript:alert(1)\n2,Cup,https://a.example/\n");
  expect(products.map(({ url }) => url)).toEqual([null, "https://a.example/"]);
});

for (const [name, text] of [
  ["an array", '[{"asin":"B1","title":"Mug","price":12.5},{"sku":7,"name":"Cup"},5]'],
  ["an object with products", '{\n "products": [{"asin":"B1","title":"Mug","price":12.5},{"sku":7,"name":"Cup"},5]}'],
] as const) {
  test(`JSON: ${name} is read`, async () => {
    const { products, refused, understood } = await read(text);
    expect(products).toMatchObject([
      { externalId: "B1", priceMicros: 12_500_000 },
      { externalId: "7", title: "Cup" },
    ]);
    expect(refused).toEqual([{ row: 3, reason: "It is no object." }]);
    expect(understood).toMatchObject({ format: "json", separator: null, columns: { id: "asin", title: "title" } });
  });
}

test("NDJSON is read line by line, and a broken line does not stop the rest", async () => {
  const { products, refused, understood } = await read('{"id":"1","title":"Mug"}\n\n{"id":\n{"id":"2","title":"Cup"}');
  expect(products.map(({ title }) => title)).toEqual(["Mug", "Cup"]);
  expect(refused).toEqual([{ row: 3, reason: "The line is no JSON." }]);
  expect(understood.format).toBe("ndjson");
});

const UNUSABLE: [what: string, content: string | Uint8Array, sentence: RegExp][] = [
  ["an empty file", "", /is empty/],
  ["blanks only", " \n\n ", /blanks only/],
  ["a header alone", "asin,title\n", /holds a header but no products/],
  ["another table", "colour;size\nred;5\n", /Missing: an id \(asin, sku, id\) and a title.*"colour", "size"/],
  ["a list without titles", "asin,price\nB1,5\n", /Missing: a title/],
  ["nothing but unusable rows", "asin,title\nB1,\nB2,\n", /all 2 rows were refused. Row 2: It has no title/],
  ["a quote that never ends", 'asin,title\nB1,"Mug\nB2,Cup\n', /never ends/],
  ["a workbook", new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), /Excel workbook or a zip archive: save the sheet as CSV/],
  ["a picture", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]), /is no text/],
  ["broken JSON", '[{"asin":"B1"', /broken or cut off/],
  ["JSON of another shape", '{\n"items": []}', /must be an array of products/],
  ["an empty JSON list", "[]", /no products/],
];

for (const [what, content, sentence] of UNUSABLE) {
  test(`${what} is refused in one sentence`, async () => expect(await refusal(content)).toMatch(sentence));
}

test("a missing file and a directory are told apart", async () => {
  const missing = readProducts(Bun.file(`${import.meta.dir}/no-such-file.csv`));
  await expect(missing).rejects.toThrow(new ProductsFileError("There is no such file: check the path."));
  const directory = readProducts(Bun.file(import.meta.dir));
  await expect(directory).rejects.toThrow(new ProductsFileError("That is a directory: name the file in it."));
});

test("a large list is read in pieces, and refused rows are told up to a bound", async () => {
  let given = 0;
  async function* pieces() {
    yield Buffer.from("id,title\n");
    for (; given < 200; given += 1) yield Buffer.from(`${given},Mug é\n,no id\n`.repeat(10));
  }
  const { products, refused, refusedTotal, duplicates } = await readProducts(pieces());
  expect([products.length, duplicates, refusedTotal, refused.length]).toEqual([200, 1800, 2000, MAX_REFUSED_SHOWN]);
});

test("characters cut between two pieces stay whole", async () => {
  const bytes = Buffer.from("id;title\n1;Café ☕ 杯\n");
  async function* oneByOne() {
    for (const byte of bytes) yield new Uint8Array([byte]);
  }
  expect((await readProducts(oneByOne())).products[0]?.title).toBe("Café ☕ 杯");
});

test("a source that breaks off is not taken for its end, and is let go of after a refusal", async () => {
  async function* broken() {
    yield Buffer.from("id,title\n1,Mug\n".padEnd(70_000, "\n"));
    throw new Error("connection lost");
  }
  await expect(readProducts(broken())).rejects.toThrow("connection lost");
  let closed = false;
  async function* wrong() {
    try {
      for (;;) yield Buffer.from("colour,size\n".repeat(10_000));
    } finally {
      closed = true;
    }
  }
  await expect(readProducts(wrong())).rejects.toBeInstanceOf(ProductsFileError);
  expect(closed).toBe(true);
});

test("rubbish is either read or refused as a products file, never anything else", async () => {
  const piece = fc.oneof(
    fc.constantFrom("id,title\n", '"', ",", ";", "\n", "[", "{", '{"id":1,"title":"x"}\n'),
    fc.string(),
  );
  const text = fc.array(piece, { maxLength: 20 }).map((pieces) => Buffer.from(pieces.join("")));
  const bytes = fc.uint8Array({ maxLength: 300 });
  const usable = async (content: Uint8Array) => {
    const outcome = await read(content).catch((error) => error);
    expect(outcome instanceof ProductsFileError || outcome.products.length > 0).toBe(true);
  };
  await fc.assert(fc.asyncProperty(fc.oneof(text, bytes), usable), { numRuns: 500 });
});
