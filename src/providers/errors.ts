/** Whether the provider charges for an answer; `possibly_billed` when it cannot be known (no answer came back). */
export type Billing = "billed" | "not_billed" | "possibly_billed";

export type ProviderErrorCode =
  | "rate_limit"
  | "timeout"
  | "network"
  | "http_error"
  | "provider_fault"
  | "too_large"
  | "bad_request"
  | "credentials"
  | "quota";

interface Details extends ErrorOptions {
  code: ProviderErrorCode;
  billing: Billing;
  status?: number;
}

/** A paid call that brought no usable answer. Callers branch on the subclass: it says what to do next. */
export abstract class ProviderError extends Error {
  readonly code: ProviderErrorCode;
  readonly billing: Billing;
  /** The HTTP status of the provider, or the status inside its answer; absent when no answer came. */
  readonly status: number | undefined;

  constructor(message: string, { code, billing, status, ...options }: Details) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.billing = billing;
    this.status = status;
  }
}

/** Asking again later may help. */
export class RetryableError extends ProviderError {
  /** How long the provider asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, details: Details & { retryAfterMs?: number }) {
    super(message, details);
    this.retryAfterMs = details.retryAfterMs;
  }

  /** A call that was refused, or that did not get out, says nothing about the item: it uses up none of its attempts. */
  get usesAttempt(): boolean {
    const neverSent = this.code === "network" && this.billing === "not_billed";
    return this.code !== "rate_limit" && !neverSent;
  }
}

/** Asking again will not help: skip the item with its reason, keep the run. */
export class PermanentError extends ProviderError {}

/** The account's plan is used up: pause the run, tell a person. */
export class QuotaError extends ProviderError {}

/** The account is refused: pause the run, tell a person. */
export class CredentialsError extends ProviderError {}
