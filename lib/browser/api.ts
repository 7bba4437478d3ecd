import type { CorrectIncidentInput, Incident } from "@/lib/contracts/incident";
import type { Problem } from "@/lib/contracts/problem";
import type { PutBackInput, RestoreInput, RestoreOutcome } from "@/lib/contracts/restoration";

/** An answer that is not a success, with the server's sentence; `status` is 0 when there was none. */
export class ProblemError extends Error {
  readonly problem: Problem;
  readonly status: number;

  constructor(problem: Problem, status: number) {
    super(problem.sentence);
    this.name = "ProblemError";
    this.problem = problem;
    this.status = status;
  }
}

/** The sentence to show for anything that was thrown on the way to the server. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ProblemError) {
    const { sentence, errorId } = error.problem;
    return errorId ? `${sentence} (error ${errorId})` : sentence;
  }
  return "Something went wrong on this page. Reload it and try again.";
}

/** A read that takes longer isn't coming: nothing waits for it for ever. */
const READ_WITHIN_MS = 30_000;

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "code" in value && "sentence" in value;
}

/**
 * One request to our own server; JSON in, JSON out.
 * Throws a ProblemError for every answer that is not a success and when there is no answer.
 */
export async function request<T>(
  path: string,
  options: { method?: string; body?: unknown; key?: string; signal?: AbortSignal } = {},
): Promise<T> {
  const { method = "GET", body, key, signal } = options;
  const isRead = method === "GET";
  const limit = new AbortController();
  const abort = () => limit.abort();
  const timer = isRead ? setTimeout(abort, READ_WITHIN_MS) : undefined;
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort);
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(path, {
      method,
      signal: limit.signal,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(key === undefined ? {} : { "idempotency-key": key }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    answer =
      response.status === 204
        ? null
        : await response.json().catch((cause) => {
            // A read whose answer breaks off has none.
            if (isRead && response.ok) throw cause;
            return null;
          });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    const sentence = "The server can't be reached. Check your connection; nothing was lost.";
    throw new ProblemError({ code: "unreachable", sentence }, 0);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
  if (response.ok) return answer as T;
  const problem = isProblem(answer)
    ? answer
    : { code: "no-answer", sentence: `The server answered ${response.status} without a reason.` };
  throw new ProblemError(problem, response.status);
}

const at = encodeURIComponent;

/** What the browser can ask of an incident and its levers; what fewer pages need is apart. */
export const api = {
  correct: (id: string, input: CorrectIncidentInput) =>
    request<Incident>(`/api/incidents/${at(id)}`, { method: "PATCH", body: input }),
  restore: (input: RestoreInput) =>
    request<RestoreOutcome>("/api/restorations", { method: "POST", body: input }),
  putBack: ({ restorationId, ...body }: PutBackInput) =>
    request<RestoreOutcome>(`/api/restorations/${at(restorationId)}/put-back`, {
      method: "POST",
      body,
    }),
};
