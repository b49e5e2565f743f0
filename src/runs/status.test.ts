import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "../testing/database.ts";
import { changeRun, makeRun } from "../testing/factories.ts";
import {
  COMMANDS,
  FINAL_STATUSES,
  isFinal,
  RUN_COMMANDS,
  RUN_STATUSES,
  type RunStatus,
  sourcesOf,
  TRANSITIONS,
} from "./status.ts";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const nextOf = (status: RunStatus): readonly RunStatus[] => TRANSITIONS[status];

test("every command leads where the table allows it, from each status it is for", () => {
  for (const name of RUN_COMMANDS) {
    const { from, to } = COMMANDS[name];
    for (const status of from)
      expect([name, status, nextOf(status)]).toEqual([name, status, expect.arrayContaining([to])]);
  }
});

test("a run is either over or open; over, it can only be retried, and cancelled it stays", () => {
  for (const status of RUN_STATUSES)
    expect(isFinal(status)).toBe((FINAL_STATUSES as readonly string[]).includes(status));
  expect(FINAL_STATUSES.map(nextOf)).toEqual([["running"], ["running"], []]);
});

test("the sources of a status are the table read backwards", () => {
  for (const to of RUN_STATUSES) {
    expect(sourcesOf(to)).toEqual(RUN_STATUSES.filter((from) => nextOf(from).includes(to)));
  }
  expect(sourcesOf("pending")).toEqual([]);
});

describe("the database itself refuses a run", () => {
  const refused: [what: string, rows: Parameters<typeof changeRun>[2], constraint: string][] = [
    ["in a status that there is not", { status: "done" as RunStatus }, "runs_status"],
    ...FINAL_STATUSES.map((status): (typeof refused)[number] => [
      `that is ${status} without a finish time`,
      { status, completedAt: null },
      "runs_finish_time",
    ]),
    ["that runs and has a finish time", { status: "running", completedAt: new Date() }, "runs_finish_time"],
    ["that is paused without a reason", { status: "paused", pauseReason: null }, "runs_pause_reason"],
    ["that runs with a reason for a pause", { status: "running", pauseReason: "manual" }, "runs_pause_reason"],
  ];
  for (const [what, change, constraint] of refused) {
    test(what, async () => {
      const { id } = await makeRun(db.sql);
      await expect(changeRun(db.sql, id, change)).rejects.toThrow(constraint);
    });
  }
});
