import type { CreatedToken, CreateTokenInput } from "@/lib/contracts/api-token";
import type { CorrectIncidentInput, DeclareInput, Incident } from "@/lib/contracts/incident";
import type { Problem } from "@/lib/contracts/problem";
import type { PutBackInput, RestoreInput, RestoreOutcome } from "@/lib/contracts/restoration";
import type { EditNoteInput, NoteInput, TimelineEntry } from "@/lib/contracts/timeline-entry";

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
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      signal: signal ?? null,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(key === undefined ? {} : { "idempotency-key": key }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    const sentence = "The server can't be reached. Check your connection; nothing was lost.";
    throw new ProblemError({ code: "unreachable", sentence }, 0);
  }
  const answer: unknown = response.status === 204 ? null : await response.json().catch(() => null);
  if (response.ok) return answer as T;
  const problem = isProblem(answer)
    ? answer
    : { code: "no-answer", sentence: `The server answered ${response.status} without a reason.` };
  throw new ProblemError(problem, response.status);
}

const at = encodeURIComponent;

/** Every write the browser can ask for. */
export const api = {
  /** Sent again with the same `key`, it answers the incident it declared the first time. */
  declare: (input: DeclareInput, key: string) =>
    request<Incident>("/api/incidents", { method: "POST", body: input, key }),
  correct: (id: string, input: CorrectIncidentInput) =>
    request<Incident>(`/api/incidents/${at(id)}`, { method: "PATCH", body: input }),
  addNote: (id: string, input: NoteInput) =>
    request<TimelineEntry>(`/api/incidents/${at(id)}/notes`, { method: "POST", body: input }),
  editNote: (id: string, entryId: string, input: EditNoteInput) =>
    request<TimelineEntry>(`/api/incidents/${at(id)}/notes/${at(entryId)}`, {
      method: "PATCH",
      body: input,
    }),
  restore: (input: RestoreInput) =>
    request<RestoreOutcome>("/api/restorations", { method: "POST", body: input }),
  putBack: ({ restorationId, ...body }: PutBackInput) =>
    request<RestoreOutcome>(`/api/restorations/${at(restorationId)}/put-back`, {
      method: "POST",
      body,
    }),
  createToken: (input: CreateTokenInput) =>
    request<CreatedToken>("/api/tokens", { method: "POST", body: input }),
  revokeToken: (id: string) => request<null>(`/api/tokens/${at(id)}`, { method: "DELETE" }),
  signInAsDemo: () => request<unknown>("/api/demo-sign-in", { method: "POST", body: {} }),
  /** Starts signing in with a provider; answers with the address to go on at. */
  signIn: (providerId: string, callbackUrl: string) =>
    postAuth(`/api/auth/signin/${at(providerId)}`, callbackUrl),
  /** Ends the session; answers with the address to go on at. */
  signOut: () => postAuth("/api/auth/signout", "/sign-in"),
};

async function postAuth(path: string, callbackUrl: string): Promise<{ url: string }> {
  const { csrfToken } = await request<{ csrfToken: string }>("/api/auth/csrf");
  const body = { csrfToken, callbackUrl, json: "true" };
  return request<{ url: string }>(path, { method: "POST", body });
}
