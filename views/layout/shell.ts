import type { Frame } from "../../src/home/frame.ts";

export type { Frame };

export interface Shell extends Frame {
  /** Where the visitor reached us, `http://127.0.0.1:3000`. */
  origin: string;
}
