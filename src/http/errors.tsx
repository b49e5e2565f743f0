/** @jsxImportSource @kitajs/html */
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
  /** The methods that the address answers to; none where there is nothing. */
  methods: string[];
}

/** Answers what was thrown: problem details under /api/, a page elsewhere. A defect is logged and told without its text. */
export async function answerError(failed: Failed, log: ErrorLog): Promise<Response> {
  const { request, requestId, error, methods } = failed;
  const path = new URL(request.url).pathname;
  const known = toAppError(failed);
  if (known.status >= 500) log.error({ err: error, requestId, path }, "request failed");
  const response = path.startsWith("/api/")
    ? problemResponse({ ...toProblem(known), request_id: requestId })
    : await html(<ErrorPage status={known.status} detail={known.detail} requestId={requestId} />, known.status);
  if (known.status === 405) response.headers.set("allow", methods.join(", "));
  return response;
}

function toAppError({ request, code, error, methods }: Failed): AppError {
  if (error instanceof AppError) return error;
  if (code === "NOT_FOUND" && methods.length > 0 && !methods.includes(request.method)) {
    return new AppError(405, "method_not_allowed", `This address answers to ${methods.join(", ")}.`);
  }
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
