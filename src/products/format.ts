export type ProductsFormat = "csv" | "json" | "ndjson";

/** Guesses from the file's beginning: `[` is JSON, `{` JSON or NDJSON, anything else CSV. */
export function guessFormat(head: string): ProductsFormat {
  const start = head.trimStart();
  if (start.startsWith("[")) return "json";
  if (!start.startsWith("{")) return "csv";
  const [firstLine = ""] = start.split(/\r?\n/, 1);
  const first = parse(firstLine);
  // A pretty-printed document does not end on its first line; NDJSON has one object a line.
  return typeof first === "object" && first !== null && !("products" in first) ? "ndjson" : "json";
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
