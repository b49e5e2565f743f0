import { ProductsFileError } from "./products-file-error.ts";

export type TextSource = AsyncIterable<Uint8Array> | Blob;

export interface OpenedText {
  encoding: string;
  /** The beginning of the text, for guessing; it comes again as the first chunk. */
  head: string;
  chunks: AsyncIterable<string>;
  /** Lets go of the source, read to its end or not. */
  close(): Promise<unknown>;
}

const HEAD_BYTES = 64 * 1024;

/** Opens bytes as text: UTF-8, UTF-16 with a byte order mark, or else Windows-1252 as spreadsheets write it. */
export async function openText(source: TextSource): Promise<OpenedText> {
  const bytes = readable(source instanceof Blob ? bytesOf(source) : source);
  const first = await takeHead(bytes);
  if (first.length === 0)
    throw new ProductsFileError("The file is empty: it needs a header row and one row a product.");
  refuseBinary(first);
  const encoding = encodingOf(first);
  const decoder = new TextDecoder(encoding);
  const head = decoder.decode(first, { stream: true });
  if (head.trim() === "") throw new ProductsFileError("The file holds blanks only: add a header row and products.");
  return { encoding, head, chunks: decodeRest(head, bytes, decoder), close: () => bytes.return(undefined) };
}

async function* decodeRest(head: string, bytes: AsyncIterable<Uint8Array>, decoder: TextDecoder) {
  yield head;
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function* bytesOf(blob: Blob): AsyncGenerator<Uint8Array> {
  const reader = blob.stream().getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
  } finally {
    await reader.cancel();
  }
}

async function* readable(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const sentence = typeof code === "string" ? UNREADABLE[code] : undefined;
    throw sentence ? new ProductsFileError(sentence, { cause: error }) : error;
  }
}

const UNREADABLE: Record<string, string> = {
  ENOENT: "There is no such file: check the path.",
  EISDIR: "That is a directory: name the file in it.",
  EACCES: "The file may not be read: check its permissions.",
};

// Taken by hand: leaving a `for await` early would close the source.
async function takeHead(bytes: AsyncGenerator<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  while (size < HEAD_BYTES) {
    const { value, done } = await bytes.next();
    if (done) break;
    parts.push(value);
    size += value.length;
  }
  return Buffer.concat(parts);
}

const SIGNATURES: readonly [name: string, bytes: number[]][] = [
  ["an Excel workbook or a zip archive: save the sheet as CSV", [0x50, 0x4b, 0x03, 0x04]],
  ["an old Excel workbook: save the sheet as CSV", [0xd0, 0xcf, 0x11, 0xe0]],
  ["compressed with gzip: unpack it first", [0x1f, 0x8b]],
  ["compressed with zstd: unpack it first", [0x28, 0xb5, 0x2f, 0xfd]],
  ["a PDF: export the list as CSV", [0x25, 0x50, 0x44, 0x46]],
];

function refuseBinary(head: Uint8Array): void {
  const known = SIGNATURES.find(([, bytes]) => bytes.every((byte, index) => head[index] === byte));
  if (known) throw new ProductsFileError(`The file is ${known[0]}.`);
  if (encodingOf(head).startsWith("utf-16")) return;
  if (head.includes(0))
    throw new ProductsFileError("The file is no text: give a CSV, JSON or NDJSON list of products.");
}

function encodingOf(head: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" | "windows-1252" {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  try {
    // As a stream, so that a character cut at the end of the head is no error.
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return "utf-8";
  } catch {
    return "windows-1252";
  }
}
