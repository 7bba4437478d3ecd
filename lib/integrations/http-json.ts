import type * as z from "zod";
import { networkFailure } from "./network-failure";
import { SourceError, type SourceErrorCode } from "./source-error";

/** How to reach one product over HTTP. */
export type HttpTarget = {
  /** The product in a sentence: "Unleash". */
  title: string;
  /** Address the paths are appended to; a trailing slash is ignored. */
  url: string;
  /** Sent with every request, to this address alone. */
  headers: Record<string, string>;
  /** For the whole exchange, from connecting to the last byte. */
  timeoutMs: number;
  /** Answers longer than this are given up; 20 MB unless told. */
  limitBytes?: number;
  /** Told with each answer that says what time it is there: by how much that is ahead of here. */
  onClock?: (aheadMs: number) => void;
};

/** An answer that is not an outage: 2xx, or a 4xx for the adapter to judge. */
export type HttpAnswer = {
  status: number;
  /** Parsed JSON, or null where the body is empty or something else. */
  body: unknown;
};

export type HttpJson = {
  /** GET, parsed at the border. Throws SourceError for anything but a fitting 2xx. */
  read<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  /**
   * One mutation, sent once and never again. 2xx and 4xx come back; everything else is a SourceError
   * whose `mayHaveActed` tells whether the request may have arrived.
   */
  send(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<HttpAnswer>;
  /** The SourceError that says what a 4xx means. */
  refusal(answer: HttpAnswer): SourceError;
};

const LIMIT_BYTES = 20 * 1024 * 1024;
const CODES: Record<number, SourceErrorCode> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  429: "rate-limited",
};

/**
 * A small JSON client on `fetch` (which keeps connections open): a time limit, a size limit, no
 * redirects (they could carry the credentials elsewhere), errors as sentences, nothing sent twice.
 */
export function httpJson(target: HttpTarget): HttpJson {
  const base = target.url.replace(/\/+$/, "");
  const origin = new URL(base).origin;
  const seconds = Math.round(target.timeoutMs / 100) / 10;
  const limitBytes = target.limitBytes ?? LIMIT_BYTES;

  async function exchange(method: string, path: string, body: unknown) {
    const mutates = method !== "GET";
    let response: Response;
    let text: string;
    const sentAt = Date.now();
    try {
      response = await fetch(base + path, {
        method,
        redirect: "manual",
        signal: AbortSignal.timeout(target.timeoutMs),
        headers: {
          accept: "application/json",
          ...target.headers,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const aheadMs = clockAhead(response.headers.get("date"), sentAt);
      if (aheadMs !== null) target.onClock?.(aheadMs);
      text = await readLimited(response);
    } catch (cause) {
      if (cause instanceof SourceError) throw cause;
      throw outage(cause, mutates);
    }
    const { status } = response;
    if (status >= 300 && status < 400) {
      throw new SourceError(
        "invalid",
        `${target.title} at ${origin} redirects elsewhere. Set its url to the address it redirects to.`,
      );
    }
    if (status >= 500) {
      throw new SourceError(
        "failed",
        `${target.title} at ${origin} answered with an error of its own (${status}). Its log says why.`,
        { cause: text.slice(0, 2_000), mayHaveActed: mutates },
      );
    }
    return { status, text, retryAfter: response.headers.get("retry-after") };
  }

  async function readLimited(response: Response): Promise<string> {
    const tooLong = () =>
      new SourceError(
        "invalid",
        `${target.title} at ${origin} sent more than ${Math.round(limitBytes / 1024 / 1024)} MB in one answer. Check that its url is right.`,
        { mayHaveActed: true },
      );
    if (Number(response.headers.get("content-length")) > limitBytes) {
      await response.body?.cancel();
      throw tooLong();
    }
    const decoder = new TextDecoder();
    let text = "";
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > limitBytes) throw tooLong();
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  }

  function outage(cause: unknown, mutates: boolean): SourceError {
    const { because, mayHaveArrived } = networkFailure(cause);
    const mayHaveActed = mutates && mayHaveArrived;
    if (cause instanceof Error && cause.name === "TimeoutError") {
      return new SourceError(
        "timeout",
        `${target.title} at ${origin} did not answer within ${seconds} s. Check that it is up and not overloaded.`,
        { cause, mayHaveActed },
      );
    }
    return new SourceError(
      "unreachable",
      `${target.title} at ${origin} can't be reached: ${because}. Check its url, and that this server may connect to it.`,
      { cause, mayHaveActed },
    );
  }

  function refusal(answer: HttpAnswer, retryAfter: string | null = null): SourceError {
    const { status } = answer;
    const said = messageOf(answer.body);
    const because = said === null ? "" : ` It said: ${said}`;
    const sentences: Record<number, string> = {
      401: `${target.title} at ${origin} doesn't accept the token. Give it a valid one.`,
      403: `${target.title} at ${origin} doesn't allow this with the token it was given.${because}`,
      404: `${target.title} at ${origin} doesn't have it.${because}`,
      409: `${target.title} at ${origin} says that this collides with another change.${because}`,
      429: `${target.title} at ${origin} has had too many requests. It will be asked again later.`,
    };
    return new SourceError(
      CODES[status] ?? "invalid",
      sentences[status] ??
        `${target.title} at ${origin} refused the request (${status}).${because}`,
      { cause: answer.body, retryAt: retryTime(retryAfter) },
    );
  }

  return {
    async read(path, schema) {
      const { status, text, retryAfter } = await exchange("GET", path, undefined);
      const body = parseJson(text);
      if (status >= 400) throw refusal({ status, body }, retryAfter);
      const parsed = schema.safeParse(body);
      if (parsed.success) return parsed.data;
      throw new SourceError(
        "invalid",
        `${target.title} at ${origin} answered in a way that isn't ${target.title}'s. Check its url and version.`,
        { cause: parsed.error },
      );
    },
    async send(method, path, body) {
      const { status, text, retryAfter } = await exchange(method, path, body);
      const answer = { status, body: parseJson(text) };
      if (status === 401 || status === 429) throw refusal(answer, retryAfter);
      if (status < 300 && text.trimStart().startsWith("<")) {
        // A sign-in page or a proxy in between: nothing says whether the product was asked.
        throw new SourceError(
          "invalid",
          `Something in front of ${target.title} at ${origin} answered with a web page. Check its url.`,
          { mayHaveActed: true },
        );
      }
      return answer;
    },
    refusal,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What the product itself said, on one line and not longer than a sentence. */
function messageOf(body: unknown): string | null {
  if (typeof body !== "object" || body === null) return null;
  for (const field of ["message", "error"]) {
    const said: unknown = Reflect.get(body, field);
    if (typeof said === "string" && said !== "") {
      return said.replaceAll(/\s+/g, " ").slice(0, 300);
    }
  }
  return null;
}

/** The longest way there and back on which the other's clock can be read. */
const READ_WITHIN_MS = 4_000;

/**
 * By how much the clock of who wrote a Date header is ahead of ours, in milliseconds and to about a
 * second: it has whole seconds, and was written somewhere between question and answer.
 */
function clockAhead(header: string | null, sentAt: number): number | null {
  const tookMs = Date.now() - sentAt;
  const written = header === null ? Number.NaN : Date.parse(header);
  if (Number.isNaN(written) || tookMs < 0 || tookMs > READ_WITHIN_MS) return null;
  return written + 500 - (sentAt + tookMs / 2);
}

function retryTime(header: string | null): Date | null {
  if (header === null) return null;
  const seconds = Number(header);
  const at = Number.isFinite(seconds) ? Date.now() + seconds * 1_000 : Date.parse(header);
  return Number.isNaN(at) ? null : new Date(at);
}
