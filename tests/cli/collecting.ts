import { expect } from "bun:test";
import type { Ended } from "../crash/program.ts";

/** One category, one page of listings per product: 48 calls at the sandbox. */
export const COLLECT = ["collect", "--categories", "electronics--headphones", "--pages", "1"];

/** The program refused: with this exit code, nothing on standard output, and one sentence (or two) that says `what`. */
export function expectRefusal({ code, stdout, stderr }: Ended, expected: number, what: string | RegExp): void {
  expect({ code, stderr }).toEqual({ code: expected, stderr: expect.stringMatching(what) });
  expect(stdout).toBe("");
  expectOneSentence(stderr);
}

/** At most the hint to `--help`, or what was read of a file, stands beside it. */
export function expectOneSentence(stderr: string): void {
  expect(stderr).not.toMatch(/\n\s+at |defect|\.ts:\d|undefined|\[object/);
  expect(stderr.match(/^error: .+$/gim)).toHaveLength(1);
}
