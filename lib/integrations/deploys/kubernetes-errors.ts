import { SourceError, type SourceErrorCode } from "@/lib/integrations/source-error";
import { Status } from "./kubernetes-objects";
import type { Answer } from "./kubernetes-transport";

/** The server's `Status` object, or one made of whatever stands in front of it answered. */
export function statusOf(answer: Answer): Status {
  const parsed = Status.safeParse(answer.body);
  if (parsed.success) return parsed.data;
  const text = typeof answer.body === "string" ? answer.body.trim().slice(0, 200) : "";
  return { kind: "Status", message: text, reason: "" };
}

/** An answer that is not the wanted one, as SourceError. Pass `mutates` for calls that change something. */
export function errorOfStatus(answer: Answer, options: { mutates?: boolean } = {}): SourceError {
  const { message } = statusOf(answer);
  const cause = new Error(`${answer.status} ${message}`);
  const told = message ? ` It says: ${message.replace(/([^.!?])$/, "$1.")}` : "";
  switch (answer.status) {
    case 401:
      return failure(
        "unauthorized",
        "Kubernetes doesn't accept our credentials. Renew the token or the kubeconfig.",
      );
    case 403:
      return failure("forbidden", `Kubernetes doesn't let Known Good do this.${told}`);
    case 404:
      return failure("not-found", `Kubernetes has no such object.${told}`);
    case 409:
      return failure("conflict", `Somebody else is changing this right now.${told}`);
    case 410:
      return failure("conflict", `What we knew is too old for Kubernetes; reading it anew.${told}`);
    case 429:
      return new SourceError("rate-limited", "Kubernetes is busy and asks to wait.", {
        cause,
        retryAt: retryAt(answer),
      });
    default:
      break;
  }
  if (answer.status >= 400 && answer.status < 500) {
    return failure("invalid", `Kubernetes refused the request.${told}`);
  }
  // A 5xx may come from a proxy that gave up waiting while the server went on.
  const unknown = options.mutates ? " Whether it acted is unknown." : "";
  return new SourceError(
    "failed",
    `Kubernetes answered with an error (${answer.status}).${told}${unknown}`,
    { cause, mayHaveActed: options.mutates === true },
  );

  function failure(code: SourceErrorCode, sentence: string): SourceError {
    return new SourceError(code, sentence, { cause });
  }
}

/** An answer of a shape that no Kubernetes gives: some other server, or a proxy's page. */
export function unreadable(what: string, cause: unknown): SourceError {
  const sentence = `The answer about ${what} can't be read. Is this address a Kubernetes API server?`;
  return new SourceError("invalid", sentence, { cause });
}

function retryAt(answer: Answer): Date | null {
  const seconds = Number(answer.retryAfter ?? statusOf(answer).details?.retryAfterSeconds);
  return Number.isFinite(seconds) ? new Date(Date.now() + seconds * 1000) : null;
}
