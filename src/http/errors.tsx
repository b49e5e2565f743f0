import { ErrorPage } from "../../views/errors.tsx";
import { isConnectionLost } from "../db/connection.ts";
import { AppError, NotFoundError } from "../errors.ts";
import { html } from "./html.ts";
import { problemResponse, toProblem } from "./problem.ts";

/** What the HTTP layer needs of a logger; pino's fits. */
export interface ErrorLog {
  error(fields: Record<string, unknown>, message: string): void;
}

interface Failed {
  request: Request;
  requestId: string;
  /** What Elysia calls it: VALIDATION, NOT_FOUND, PARSE, UNKNOWN, or the error's own code. */
  code: string | number;
  error: unknown;
}

/** Answers what was thrown: problem details under /api/, a page elsewhere. A defect is logged and told without its text. */
export function answerError({ request, requestId, code, error }: Failed, log: ErrorLog): Response | Promise<Response> {
  const path = new URL(request.url).pathname;
  const known = toAppError(code, error);
  if (known.status >= 500) log.error({ err: error, requestId, path }, "request failed");
  if (path.startsWith("/api/")) return problemResponse({ ...toProblem(known), request_id: requestId });
  return html(<ErrorPage status={known.status} detail={known.detail} requestId={requestId} />, known.status);
}

function toAppError(code: string | number, error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (code === "NOT_FOUND") return new NotFoundError("page", "There is nothing at this address.");
  if (isConnectionLost(error)) {
    return new AppError(
      503,
      "database_unavailable",
      "The database does not answer. Nothing was changed; try again soon.",
    );
  }
  return new AppError(500, "internal_error", "Something went wrong on our side. The log has it under the request id.");
}
