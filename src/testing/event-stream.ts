export interface StreamEvent {
  type: string;
  data: string;
  lastEventId: string;
}

/** Reads a whole event stream as a browser does (WHATWG HTML, "Server-sent events"). */
export function readEvents(bytes: Uint8Array): StreamEvent[] {
  const text = new TextDecoder("utf-8").decode(bytes);
  const events: StreamEvent[] = [];
  let [type, data, lastEventId, dataLines] = ["", "", "", 0];
  // What follows the last line end is an unfinished line: it dispatches nothing.
  for (const line of text.split(/\r\n|\r|\n/).slice(0, -1)) {
    if (line === "") {
      if (dataLines > 0) events.push({ type: type || "message", data, lastEventId });
      [type, data, dataLines] = ["", "", 0];
      continue;
    }
    const [, field = "", value = ""] = /^([^:]*):? ?([\s\S]*)$/.exec(line) ?? [];
    if (field === "data") data += (dataLines++ > 0 ? "\n" : "") + value;
    else if (field === "event") type = value;
    else if (field === "id" && !value.includes("\0")) lastEventId = value;
  }
  return events;
}

/** Reads a stream until `enough` says so or it ends; a stream that stays quiet keeps the test waiting until it fails. */
export async function readUntil(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  enough: (events: StreamEvent[], text: string) => boolean,
): Promise<{ events: StreamEvent[]; text: string; ended: boolean }> {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (value) chunks.push(value);
    const bytes = Buffer.concat(chunks);
    const [events, text] = [readEvents(bytes), bytes.toString()];
    if (done || enough(events, text)) return { events, text, ended: done };
  }
}
