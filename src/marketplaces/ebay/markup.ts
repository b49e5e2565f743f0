/** Receives the markup of a page in the order it is written. A tag is valid during the call only. */
export interface MarkupReader {
  open(tag: Tag): void;
  close(name: string): void;
  /** The text between two tags, entities undecoded; comments are left out and do not split it. */
  text(raw: string): void;
}

/**
 * Walks once over HTML by the tokenizer rules of the WHATWG standard. Never throws, whatever the input, and its time
 * grows with the length alone: nothing depends on how deep elements nest or whether they are closed.
 * Scripts, styles and other raw text are skipped; the text of `title` is not.
 */
export function scanMarkup(html: string, reader: MarkupReader): void {
  const tag = new Tag(html);
  let text = "";
  let at = 0;
  while (at < html.length) {
    const start = html.indexOf("<", at);
    if (start < 0) break;
    text += html.slice(at, start);
    const kind = markupAt(html, start);
    if (kind === "text") {
      text += "<";
      at = start + 1;
    } else if (kind === "comment") {
      at = commentEnd(html, start);
    } else {
      if (text !== "") reader.text(text);
      text = "";
      at = tag.read(start + (kind === "open" ? 1 : 2));
      if (at > html.length) return; // A tag that the end of the page cut off is none.
      if (kind === "close") reader.close(tag.name);
      else at = open(html, tag, at, reader);
    }
  }
  text += html.slice(at);
  if (text !== "") reader.text(text);
}

/** A start tag with its attributes, read in place. */
export class Tag {
  name = "";
  readonly #html: string;
  /** Four offsets for each attribute: start and end of its name, start and end of its value. */
  readonly #offsets: number[] = [];
  #length = 0;

  constructor(html: string) {
    this.#html = html;
  }

  /** The value as written, entities undecoded; null when the tag has no such attribute. Names are lower case. */
  attribute(name: string): string | null {
    for (let i = 0; i < this.#length; i += 4) {
      const start = this.#offsets[i] ?? 0;
      const end = this.#offsets[i + 1] ?? 0;
      if (end - start === name.length && this.#isAt(start, name)) {
        return this.#html.slice(this.#offsets[i + 2], this.#offsets[i + 3]);
      }
    }
    return null;
  }

  /** Reads the tag whose name starts at `at`; answers where the next markup starts, past the end if it never ends. */
  read(at: number): number {
    const html = this.#html;
    let end = at;
    let capitals = false;
    for (; end < html.length; end++) {
      const code = html.charCodeAt(end);
      if (endsName(code)) break;
      if (code < 91 && isLetter(code)) capitals = true;
    }
    const name = html.slice(at, end);
    this.name = capitals ? name.toLowerCase() : name;
    this.#length = 0;
    return this.#readAttributes(end);
  }

  #isAt(start: number, name: string): boolean {
    for (let i = 0; i < name.length; i++) {
      const code = this.#html.charCodeAt(start + i);
      const wanted = name.charCodeAt(i);
      if (code !== wanted && code + 32 !== wanted) return false;
    }
    return true;
  }

  #readAttributes(from: number): number {
    const html = this.#html;
    let at = from;
    for (;;) {
      while (isBlank(html.charCodeAt(at)) || html.charCodeAt(at) === SLASH) at++;
      if (at >= html.length) return html.length + 1;
      if (html.charCodeAt(at) === GREATER) return at + 1;
      const nameStart = at++; // Even an equals sign can start a name.
      while (at < html.length && html.charCodeAt(at) !== EQUALS && !endsName(html.charCodeAt(at))) at++;
      at = this.#readValue(nameStart, at);
    }
  }

  #readValue(nameStart: number, nameEnd: number): number {
    const html = this.#html;
    let at = nameEnd;
    while (isBlank(html.charCodeAt(at))) at++;
    if (html.charCodeAt(at) !== EQUALS) return this.#keep(nameStart, nameEnd, at, at, at);
    at++;
    while (isBlank(html.charCodeAt(at))) at++;
    const quote = html.charCodeAt(at);
    if (quote === DOUBLE_QUOTE || quote === SINGLE_QUOTE) {
      const end = html.indexOf(quote === DOUBLE_QUOTE ? '"' : "'", at + 1);
      return end < 0 ? html.length : this.#keep(nameStart, nameEnd, at + 1, end, end + 1);
    }
    const start = at;
    while (at < html.length && html.charCodeAt(at) !== GREATER && !isBlank(html.charCodeAt(at))) at++;
    return this.#keep(nameStart, nameEnd, start, at, at);
  }

  #keep(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number, next: number): number {
    const offsets = this.#offsets;
    const i = this.#length;
    offsets[i] = nameStart;
    offsets[i + 1] = nameEnd;
    offsets[i + 2] = valueStart;
    offsets[i + 3] = valueEnd;
    this.#length = i + 4;
    return next;
  }
}

/** What the "<" at this place begins. A stray one is text. */
function markupAt(html: string, start: number): "open" | "close" | "comment" | "text" {
  const next = html.charCodeAt(start + 1);
  if (isLetter(next)) return "open";
  if (next === EXCLAMATION || next === QUESTION) return "comment";
  if (next !== SLASH) return "text";
  return isLetter(html.charCodeAt(start + 2)) ? "close" : "comment";
}

function commentEnd(html: string, start: number): number {
  if (!html.startsWith("<!--", start)) return after(html, ">", start + 2);
  if (html.startsWith(">", start + 4)) return start + 5;
  if (html.startsWith("->", start + 4)) return start + 6;
  const end = after(html, "-->", start + 4);
  const early = html.slice(start + 4, end).indexOf("--!>");
  return early < 0 ? end : start + early + 8;
}

function open(html: string, tag: Tag, at: number, reader: MarkupReader): number {
  reader.open(tag);
  if (!RAW_TEXT.has(tag.name)) return at;
  const end = rawTextEnd(html, tag.name, at);
  if (tag.name === "title") reader.text(html.slice(at, end));
  return end;
}

function rawTextEnd(html: string, name: string, from: number): number {
  for (let at = html.indexOf("</", from); at >= 0; at = html.indexOf("</", at + 2)) {
    const end = at + 2 + name.length;
    if (html.slice(at + 2, end).toLowerCase() === name && (end >= html.length || endsName(html.charCodeAt(end))))
      return at;
  }
  return html.length;
}

function after(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found < 0 ? html.length : found + mark.length;
}

const RAW_TEXT = new Set(["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"]);

const EXCLAMATION = 33;
const DOUBLE_QUOTE = 34;
const SINGLE_QUOTE = 39;
const SLASH = 47;
const EQUALS = 61;
const GREATER = 62;
const QUESTION = 63;

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

/** Blank, tab, line feed, form feed, carriage return. */
function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 9 || code === 13 || code === 12;
}

function endsName(code: number): boolean {
  return code === GREATER || code === SLASH || isBlank(code);
}
