/** Exit codes of every command; 64 and up follow BSD's sysexits. Documented in docs/operations.md. */
export const EXIT = {
  ok: 0,
  defect: 1,
  runFailed: 2,
  pausedByBudget: 3,
  /** Paused by drift, credentials or quota: a person has to look. */
  pausedForPerson: 4,
  usage: 64,
  badInput: 65,
  unavailable: 69,
  cannotWrite: 73,
  diskFull: 74,
  badConfiguration: 78,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with one clear sentence and its exit code; what went wrong is known, so no stack is shown. */
export class Failure extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "Failure";
    this.exitCode = exitCode;
  }
}
