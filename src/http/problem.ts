import { STATUS_CODES } from "node:http";
import type { AppError } from "../errors.ts";

/** Problem details as RFC 9457 names them; `errors` lists the fields of a refused body or query. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors?: { path: string; message: string }[];
  [extension: string]: unknown;
}

export function toProblem(error: AppError): Problem {
  const { status, code, detail, fields, extra } = error;
  return {
    ...extra,
    type: "about:blank",
    title: titleOf(status),
    status,
    detail,
    code,
    ...(fields.length > 0 && { errors: fields }),
  };
}

export function problemResponse(problem: Problem): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}

export const titleOf = (status: number): string => STATUS_CODES[status] ?? "Error";
