import * as z from "zod";
import { SourceError, type SourceErrorCode } from "@/lib/integrations/source-error";

/** Statuses that say that a mutation was refused before anything happened. */
const REFUSALS = new Set([400, 401, 403, 404, 405, 406, 410, 413, 415, 422, 429, 451]);

const Refusal = z.object({ status: z.number(), response: z.object({ data: z.unknown() }) });
const Message = z.object({ message: z.string() });

/** GitHub's own words, short enough for a sentence. */
export function messageOf(data: unknown): string | null {
  const parsed = Message.safeParse(data);
  if (!parsed.success) return null;
  const text = parsed.data.message.replace(/\s+/g, " ").trim();
  return text.length > 300 ? `${text.slice(0, 299)}…` : text || null;
}

function inWords(status: number, what: string, said: string): [SourceErrorCode, string] {
  switch (status) {
    case 401:
      return [
        "unauthorized",
        `GitHub refused the credentials (401)${said}. Check that the token or the App's key is right and not expired.`,
      ];
    case 403:
      return ["forbidden", `GitHub doesn't allow this access to ${what} (403)${said}.`];
    case 404:
    case 410:
      return [
        "not-found",
        `GitHub has no ${what}, or the credentials can't see it (${status}). Check the name and what the token or App may read.`,
      ];
    case 409:
      return ["conflict", `GitHub reports a conflict about ${what} (409)${said}.`];
    case 400:
    case 422:
      return ["invalid", `GitHub did not accept the request about ${what} (${status})${said}.`];
    default:
      return ["failed", `GitHub answered ${status} about ${what}${said}.`];
  }
}

/** Status and body of an answer that the library threw as an error, or null for any other error. */
export function refusalOf(error: unknown): { status: number; data: unknown } | null {
  const parsed = Refusal.safeParse(error);
  return parsed.success ? { status: parsed.data.status, data: parsed.data.response.data } : null;
}

/**
 * Anything thrown on the way to GitHub and back, as a SourceError about `what`.
 * `mutation` says whether the request could have changed something.
 */
export function toSourceError(error: unknown, what: string, mutation: boolean): SourceError {
  // The library wraps what our own fetch throws.
  const inner = error instanceof Error && error.cause instanceof SourceError ? error.cause : error;
  if (inner instanceof SourceError) {
    if (mutation || !inner.mayHaveActed) return inner;
    const { code, sentence, cause, retryAt } = inner;
    return new SourceError(code, sentence, { cause, retryAt });
  }
  const answer = refusalOf(error);
  if (answer) {
    const message = messageOf(answer.data);
    const [code, sentence] = inWords(answer.status, what, message ? `: “${message}”` : "");
    const mayHaveActed = mutation && !REFUSALS.has(answer.status);
    return new SourceError(code, sentence, { cause: error, mayHaveActed });
  }
  return new SourceError("failed", `GitHub's answer about ${what} could not be understood.`, {
    cause: error,
    mayHaveActed: mutation,
  });
}

/** Reads outside data with a schema. Throws SourceError `failed`. */
export function parseAnswer<T>(
  schema: z.ZodType<T>,
  data: unknown,
  what: string,
  mutation = false,
): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw toSourceError(parsed.error, what, mutation);
}
