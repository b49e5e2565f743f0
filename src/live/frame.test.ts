import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { readEvents } from "../testing/event-stream.ts";
import { frame } from "./frame.ts";

const VECTORS = new URL("../../../shared/data/corpora/sse/vectors.json", import.meta.url);

interface Vector {
  name: string;
  chunks?: string[];
  chunks_hex?: string[];
  bytes_hex_one_per_chunk?: string;
  expected: { type: string; data: string; lastEventId: string }[];
}

const decode = (text: string) => readEvents(new TextEncoder().encode(text));

test("a fragment of several lines arrives whole", () => {
  expect(decode(frame({ id: "7", data: "<p>\n  one\r\n\r\n  two\r</p>" }))).toEqual([
    { type: "message", data: "<p>\n  one\n\n  two\n</p>", lastEventId: "7" },
  ]);
});

test("any data arrives as it was sent, with line ends as \\n", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.constantFrom("\n", "\r", "\r\n", ""), (text, end) => {
      const data = `x${text}${end}${text}`;
      expect(decode(frame({ data }))).toEqual([
        { type: "message", data: data.replace(/\r\n|\r/g, "\n"), lastEventId: "" },
      ]);
    }),
  );
});

test("a line end in an id or a name cannot start another field", () => {
  const [event, ...more] = decode(frame({ id: "1\ndata: forged", event: "end\r\ndata: forged", data: "real" }));
  expect(event?.data).toBe("real");
  expect(more).toEqual([]);
});

describe.skipIf(!existsSync(VECTORS))("the reader that these tests rely on passes the public vectors", () => {
  const vectors: Vector[] = existsSync(VECTORS) ? JSON.parse(readFileSync(VECTORS, "utf8")).vectors : [];
  for (const { name, expected, ...vector } of vectors) {
    test(name, () => {
      const hex = vector.bytes_hex_one_per_chunk ?? vector.chunks_hex?.join("");
      const bytes = hex ? Buffer.from(hex, "hex") : Buffer.from((vector.chunks ?? []).join(""));
      expect(readEvents(bytes)).toEqual(expected);
    });
  }
});
