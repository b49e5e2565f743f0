const PIECES = 20;

/** The whole answer, in pieces spread over a time. */
export function dribble(bytes: Buffer<ArrayBuffer>, overMs: number): ReadableStream<Uint8Array> {
  const size = Math.ceil(bytes.length / PIECES);
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      if (sent > 0) await Bun.sleep(overMs / PIECES);
      if (sent >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(sent, sent + size));
      sent += size;
    },
  });
}

/** Half of the answer, then the connection breaks. */
export function cutShort(bytes: Buffer<ArrayBuffer>): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      // Without a reason, or the server would report it as its own mistake.
      if (sent) return controller.error();
      sent = true;
      controller.enqueue(bytes.subarray(0, Math.floor(bytes.length / 2)));
    },
  });
}
