import type { Socket } from "bun";

export interface RawServer extends Disposable {
  url: string;
  /** How many connections brought data. */
  readonly asked: number;
}

/** A server below HTTP: what it writes is up to `answer`, which is called once a connection has brought data. */
export function startRawServer(
  answer: (socket: Socket) => void,
  drain: (socket: Socket) => void = () => {},
): RawServer {
  let asked = 0;
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data: (socket) => {
        asked++;
        answer(socket);
      },
      drain,
    },
  });
  return {
    url: `http://127.0.0.1:${listener.port}`,
    get asked() {
      return asked;
    },
    [Symbol.dispose]: () => listener.stop(true),
  };
}

export const OK_CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

/** Answers with a body that goes on as long as the other side reads. */
export function startEndlessServer(): RawServer {
  const piece = Buffer.alloc(64 * 1024, "a");
  const writeOn = (socket: Socket) => {
    while (socket.write(piece) === piece.length) {}
  };
  return startRawServer((socket) => {
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n");
    writeOn(socket);
  }, writeOn);
}
