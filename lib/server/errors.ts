import "server-only";
import { randomBytes } from "node:crypto";
import type * as z from "zod";
import type { Problem } from "@/lib/contracts/problem";
import { SourceError, type SourceErrorCode } from "@/lib/integrations/source-error";
import type { Log } from "./log";
import { Refusal } from "./refusal";

export type ProblemAnswer = { status: number; problem: Problem; retryAt: Date | null };

const SOURCE_STATUS: Record<SourceErrorCode, number> = {
  unreachable: 503,
  timeout: 504,
  unauthorized: 502,
  forbidden: 502,
  "not-found": 404,
  conflict: 409,
  invalid: 502,
  "rate-limited": 503,
  failed: 502,
};

/**
 * Turns whatever was thrown into an answer. A bug is logged under an id and shows nothing else. `isWrite`:
 * something was to be done, so that it may have been when the database went away.
 */
export function problemOf(
  error: unknown,
  log: Log,
  { isWrite }: { isWrite: boolean } = { isWrite: false },
): ProblemAnswer {
  if (error instanceof Refusal) {
    const { code, sentence, fields, status } = error;
    return { status, problem: { code, sentence, ...(fields && { fields }) }, retryAt: null };
  }
  if (error instanceof SourceError) {
    const code = error.mayHaveActed ? "outcome-unknown" : `source-${error.code}`;
    log.warn({ error }, "a source failed a request");
    return {
      status: SOURCE_STATUS[error.code],
      problem: { code, sentence: error.sentence },
      retryAt: error.retryAt,
    };
  }
  if (isDatabaseAway(error)) {
    log.error({ error }, "the database did not answer");
    return { status: 503, problem: isWrite ? LOST_ON_THE_WAY : DATABASE_AWAY, retryAt: null };
  }
  const errorId = randomBytes(6).toString("hex");
  log.error({ error, errorId }, "unexpected error");
  return {
    status: 500,
    problem: {
      code: "unexpected",
      sentence: `Something went wrong on our side. Quote ${errorId} when you report it.`,
      errorId,
    },
    retryAt: null,
  };
}

/** What was expected, in words of ours where the schema has none of its own. */
function expectedOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "too_big" && issue.origin === "string" && /^Too big/.test(issue.message)) {
    return `at most ${issue.maximum.toLocaleString("en")} characters`;
  }
  return issue.message;
}

/** 422 with the path of each wrong field and what was expected there. */
export function invalidInput(error: z.ZodError): Refusal {
  const fields = error.issues.map((issue) => ({
    path: issue.path.join("."),
    expected: expectedOf(issue),
  }));
  const first = fields[0];
  const where = first?.path ? `${first.path}: ` : "";
  return new Refusal(
    "invalid-input",
    422,
    `That input can't be used. ${where}${first?.expected ?? "wrong shape"}.`,
    fields,
  );
}

export const DATABASE_AWAY: Problem = {
  code: "database-unavailable",
  sentence:
    "The database doesn't answer, so nothing can be shown or done. It is being tried again.",
};

const LOST_ON_THE_WAY: Problem = {
  ...DATABASE_AWAY,
  sentence:
    "The database went away while this was being done. Whether it was done is being read back: look again before you do it once more.",
};

/** Of Prisma; `ENOENT` is a socket that isn't there. */
const PRISMA_AWAY = new Set(["P1001", "P1002", "P1008", "P1017", "P2024", "P2028", "ENOENT"]);
/** Of PostgreSQL and of the connection to it. Sources turn theirs into a SourceError. */
const CONNECTION_AWAY = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "57P01", "57P03", "53300"]);
const SAYS_AWAY =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout|Server has closed the connection/;

/**
 * Whether this was thrown because the database can't be reached. The pool's own errors come as they are:
 * Prisma wraps only what it asked itself.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  if (CONNECTION_AWAY.has(code) || SAYS_AWAY.test(error.message)) return true;
  return error.name.startsWith("PrismaClient") && PRISMA_AWAY.has(code);
}
