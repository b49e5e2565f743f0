import { resolve } from "node:path";
import { z } from "zod";
import { EXIT, Failure } from "./exit.ts";

const text = z.string().trim().min(1);

/** What can be set, what it means, and what it is when unset. `--help` and .env.example are made from this list. */
export const VARIABLES = {
  DATABASE_URL: {
    meaning: "PostgreSQL to use, postgres://…; unset: an own one is started under DATA_DIR",
    example: "",
  },
  DATA_DIR: { meaning: "folder for the own database and the stored answers", example: "./data" },
  HOST: { meaning: "address to listen on; only loopback until there are accounts", example: "127.0.0.1" },
  PORT: { meaning: "port to listen on", example: "3000" },
  OXYLABS_USERNAME: { meaning: "API user of the data provider", example: "" },
  OXYLABS_PASSWORD: { meaning: "password of that user", example: "" },
  OXYLABS_BASE_URL: { meaning: "where the provider is reached", example: "https://realtime.oxylabs.io" },
  PROVIDER_TIMEOUT_S: { meaning: "seconds to wait for one answer, 165 or more for the real provider", example: "180" },
  LOG_LEVEL: { meaning: "debug | info | warn | error | silent", example: "info" },
  LOG_FORMAT: { meaning: "json | pretty; unset: pretty in a terminal", example: "" },
} as const;

const Environment = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, "must begin with postgres://")
    .optional(),
  DATA_DIR: text.default("./data"),
  HOST: text.default("127.0.0.1"),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  OXYLABS_USERNAME: text.optional(),
  OXYLABS_PASSWORD: text.optional(),
  OXYLABS_BASE_URL: z.url({ protocol: /^https?$/ }).default("https://realtime.oxylabs.io"),
  PROVIDER_TIMEOUT_S: z.coerce.number().min(1).max(3600).default(180),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
  LOG_FORMAT: z.enum(["json", "pretty"]).optional(),
});

export type Config = Readonly<ReturnType<typeof readConfig>>;

/**
 * The only reader of the environment. Empty values count as unset.
 * @throws Failure naming every variable that is wrong.
 */
export function readConfig(environment: Record<string, string | undefined> = process.env) {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Failure(EXIT.badConfiguration, `The configuration is wrong. ${problems.join("; ")}. See .env.example.`);
  }
  const env = parsed.data;
  return Object.freeze({
    databaseUrl: env.DATABASE_URL,
    dataDir: resolve(env.DATA_DIR),
    host: env.HOST,
    port: env.PORT,
    oxylabs: {
      username: env.OXYLABS_USERNAME,
      password: env.OXYLABS_PASSWORD,
      baseUrl: env.OXYLABS_BASE_URL,
      timeoutMs: env.PROVIDER_TIMEOUT_S * 1000,
    },
    logLevel: env.LOG_LEVEL,
    logFormat: env.LOG_FORMAT ?? (process.stderr.isTTY ? "pretty" : "json"),
  });
}
