/** Bytes that may wait for a slow reader before the writer is held back. */
const HIGH_WATER = 64 * 1024;

/**
 * A response body that `produce` writes piece by piece. `write` waits while the reader is behind and throws once the
 * reader is gone, so that the producer stops too.
 */
export function textStream(
  produce: (write: (text: string) => Promise<void>) => Promise<unknown>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let cancelled = false;
  let wake = () => {};
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const write = async (text: string) => {
          while (!cancelled && (controller.desiredSize ?? 0) <= 0)
            await new Promise<void>((resolve) => (wake = resolve));
          if (cancelled) throw new Error("the reader has gone away");
          controller.enqueue(encoder.encode(text));
        };
        produce(write).then(
          () => controller.close(),
          (error) => !cancelled && controller.error(error),
        );
      },
      pull: () => wake(),
      cancel() {
        cancelled = true;
        wake();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER }),
  );
}
