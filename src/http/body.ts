import { AppError, InvalidError } from "../errors.ts";

const MAX_BODY_BYTES = 1024 * 1024;

/**
 * The request's JSON. Read in pieces and given up at the limit, whatever the length header says.
 * @throws AppError 400 malformed, 413 too large, 415 not JSON.
 */
export async function readJson(request: Request, limit = MAX_BODY_BYTES): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(type)) {
    throw new AppError(415, "not_json", "Send JSON: content-type application/json.");
  }
  const body = await readBytes(request, limit);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw new InvalidError(
      "malformed_json",
      `The body is not JSON: ${cause instanceof Error ? cause.message : cause}.`,
    );
  }
}

async function readBytes({ headers, body }: Request, limit: number): Promise<Buffer> {
  const tooLarge = new AppError(413, "body_too_large", `The body is larger than ${limit} bytes.`);
  if (Number(headers.get("content-length") ?? 0) > limit) throw tooLarge;
  const chunks: Uint8Array[] = [];
  const reader = body?.getReader();
  let size = 0;
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    size += next.value.byteLength;
    if (size > limit) {
      await reader?.cancel();
      throw tooLarge;
    }
    chunks.push(next.value);
  }
  return Buffer.concat(chunks);
}
