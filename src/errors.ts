/** One field of a request that was refused: where it is (`call_price_micros.best_sellers`) and what is allowed there. */
export interface FieldError {
  path: string;
  message: string;
}

interface AppErrorOptions extends ErrorOptions {
  fields?: FieldError[];
  /** Further members of the problem document, such as the estimate that was over the cap. */
  extra?: Record<string, unknown>;
}

/**
 * A refusal that the person or program who asked can act on. The HTTP layer turns it into problem details, the command
 * line into a sentence; anything else that is thrown is a defect and is answered without its text.
 */
export class AppError extends Error {
  readonly status: number;
  /** Stable, machine-readable: `run_not_found`, `budget_exceeded`. */
  readonly code: string;
  readonly fields: FieldError[];
  readonly extra: Record<string, unknown>;

  constructor(
    status: number,
    code: string,
    detail: string,
    { fields = [], extra = {}, ...options }: AppErrorOptions = {},
  ) {
    super(detail, options);
    this.name = new.target.name;
    this.status = status;
    this.code = code;
    this.fields = fields;
    this.extra = extra;
  }

  get detail(): string {
    return this.message;
  }
}

/** 404. Also what belongs to another organisation: it is not there, rather than forbidden. */
export class NotFoundError extends AppError {
  constructor(
    what: "run" | "seller" | "item" | "category" | "page" | "preset" | "template" | "schedule",
    detail = `There is no such ${what}.`,
  ) {
    super(404, `${what}_not_found`, detail);
  }
}

/** 400: well-formed, but a rule refuses it (empty selection, unknown category, a cursor of another list). */
export class InvalidError extends AppError {
  constructor(code: string, detail: string, fields: FieldError[] = []) {
    super(400, code, detail, { fields });
  }
}

/** 422: type, bounds or an unknown field; `fields` names each violation. */
export class ValidationError extends AppError {
  constructor(fields: FieldError[]) {
    super(422, "validation", fields.map(({ path, message }) => `${path}: ${message}`).join("; "), { fields });
  }
}

/** 409: it clashes with what is there already. */
export class ConflictError extends AppError {
  constructor(code: string, detail: string, extra: Record<string, unknown> = {}) {
    super(409, code, detail, { extra });
  }
}

/** 409: a run in status `from` cannot become `to`; `hint` says what could be done instead. */
export class IllegalTransitionError extends ConflictError {
  constructor(from: string, to: string, hint = "") {
    super("illegal_transition", `A ${from} run cannot become ${to}.${hint && ` ${hint}`}`, { from, to });
  }
}

/** 400: the likely cost is over the cap; `estimate` is the JSON estimate, shown to whoever asked. */
export class BudgetExceededError extends AppError {
  constructor(detail: string, estimate: Record<string, unknown>) {
    super(400, "budget_exceeded", detail, { extra: { estimate } });
  }
}
