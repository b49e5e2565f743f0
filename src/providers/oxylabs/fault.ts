import { CredentialsError, PermanentError, type ProviderError, QuotaError, RetryableError } from "../errors.ts";
import { type FaultName, OUTCOMES } from "./outcomes.ts";

interface Circumstances extends ErrorOptions {
  status?: number | undefined;
  /** What the provider said, added to our own words. */
  detail?: string | undefined;
  retryAfterMs?: number | undefined;
}

/** The error that a line of the table of outcomes stands for. */
export function toError(name: FaultName, circumstances: Circumstances = {}): ProviderError {
  const { verdict, billing, code, says } = OUTCOMES[name];
  const { status, detail, retryAfterMs, cause } = circumstances;
  const message = detail ? `${says} ${detail}` : says;
  const details = {
    code,
    billing,
    ...(status !== undefined && { status }),
    ...(cause !== undefined && { cause }),
  };
  switch (verdict) {
    case "retry":
      return new RetryableError(message, { ...details, ...(retryAfterMs !== undefined && { retryAfterMs }) });
    case "skip":
      return new PermanentError(message, details);
    case "quota":
      return new QuotaError(message, details);
    case "credentials":
      return new CredentialsError(message, details);
  }
}
