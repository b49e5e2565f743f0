import { EXIT, type ExitCode, Failure } from "../../exit.ts";

/** Why the database could not be opened, for callers that tell the cases apart (`doctor`, tests). */
export type DatabaseStartCode =
  | "unsupported_platform"
  | "not_writable"
  | "not_permitted"
  | "disk_full"
  | "busy"
  | "wrong_version"
  | "unreachable"
  | "refused"
  | "unsafe_role"
  | "failed";

const EXIT_CODES: Partial<Record<DatabaseStartCode, ExitCode>> = {
  not_writable: EXIT.cannotWrite,
  not_permitted: EXIT.cannotWrite,
  disk_full: EXIT.diskFull,
};

/** What is wrong in one sentence and what to do in another; `message` is both, fit for a person at a terminal. */
export class DatabaseStartError extends Failure {
  override readonly name = "DatabaseStartError";
  readonly code: DatabaseStartCode;
  readonly problem: string;
  readonly remedy: string;

  constructor(code: DatabaseStartCode, problem: string, remedy: string, options?: ErrorOptions) {
    super(EXIT_CODES[code] ?? EXIT.unavailable, `${problem} ${remedy}`, options);
    this.code = code;
    this.problem = problem;
    this.remedy = remedy;
  }
}

/** Turns what the file system or the server said about `place` into the error that names the remedy. */
export function startErrorFrom(error: unknown, place: string): DatabaseStartError {
  if (error instanceof DatabaseStartError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const detail = lastComplaint(text);
  if (/ENOSPC|EDQUOT|No space left|disk is full|quota exceeded/i.test(text)) {
    return new DatabaseStartError("disk_full", `No space left for the database in ${place}.`, "Free some space.");
  }
  if (/could not look up effective user ID/.test(text)) {
    const problem = `PostgreSQL cannot run as user ${process.getuid?.()}, who has no entry in /etc/passwd.`;
    return new DatabaseStartError("not_permitted", problem, "Run as a user who has one, or set DATABASE_URL.");
  }
  if (/EROFS|Read-only file system|SQLITE_READONLY|readonly database/i.test(text)) {
    return new DatabaseStartError("not_writable", `${place} is read-only.`, "Set DATA_DIR to a writable folder.");
  }
  if (/EACCES|EPERM|Permission denied|unable to open database|wrong ownership|invalid permissions/i.test(text)) {
    const problem = `No permission for the database's files in ${place} (${detail}).`;
    return new DatabaseStartError("not_permitted", problem, "Run as the user who owns it, or set another DATA_DIR.");
  }
  if (/ENOTDIR|EEXIST|Not a directory/i.test(text)) {
    return new DatabaseStartError("not_writable", `${place} is not a folder (${detail}).`, "Set DATA_DIR to a folder.");
  }
  const problem = `The built-in database in ${place} did not start: ${detail}.`;
  return new DatabaseStartError("failed", problem, `See ${place}/log, or set DATABASE_URL to a server of your own.`);
}

/** The last line in which initdb, the server or the system complained, without its time stamp. */
function lastComplaint(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  const complaint = lines.findLast((line) => /(FATAL|PANIC|ERROR|error|could not)/.test(line));
  const line = complaint ?? lines.findLast((candidate) => candidate !== "") ?? "no reason given";
  return line.replace(/^.*?(FATAL|PANIC|ERROR|error):\s*/, "").replace(/\.$/, "");
}
