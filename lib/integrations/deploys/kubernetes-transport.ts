import * as http from "node:http";
import * as https from "node:https";
import { networkFailure } from "@/lib/integrations/network-failure";
import { SourceError } from "@/lib/integrations/source-error";
import type { Credentials } from "./kubernetes-credentials";
import { errorOfStatus } from "./kubernetes-errors";

export type Call = {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Absolute path with query, beginning with a slash. */
  path: string;
  body?: unknown;
  contentType?: string;
  /** True when it changes something: a lost answer then means "may have acted". */
  mutates?: boolean;
  /** The body of a 200 is text and stays so, even if it looks like JSON. */
  isText?: boolean;
  /** Gives the call up before its time. */
  signal?: AbortSignal;
};

export type Answer = { status: number; retryAfter: string | undefined; body: unknown };

/** HTTP to one API server: each call is sent at most once and always ends in time. */
export type Transport = {
  /** Any status is an answer; only a missing answer throws. */
  send(call: Call): Promise<Answer>;
  /** The body of a 200; anything else throws SourceError. */
  get(path: string): Promise<unknown>;
  /** Opens a stream and resolves with its response once headers came; ended by `signal`. */
  open(path: string, signal: AbortSignal): Promise<http.IncomingMessage>;
};

// Shorter than the idle limits of API servers and load balancers, so that we rarely write into a dead socket.
const IDLE_SOCKET_MS = 30_000;
/** A page of 500 objects would have to weigh 130 kB each. */
const ANSWER_BYTES = 64 * 1024 * 1024;

export function transportWith(
  credentials: () => Promise<Credentials>,
  timeoutMs: number,
): Transport {
  const keptAlive = { keepAlive: true, timeout: IDLE_SOCKET_MS, scheduling: "lifo" as const };
  const agents = { http: new http.Agent(keptAlive), https: new https.Agent(keptAlive) };

  function begin(who: Credentials, call: Call, isStream: boolean): http.ClientRequest {
    const url = new URL(who.server + call.path);
    const isTls = url.protocol === "https:";
    const own = isTls ? agents.https : agents.http;
    const payload = call.body === undefined ? undefined : JSON.stringify(call.body);
    const options: https.RequestOptions = {
      ...who.tls,
      method: call.method,
      // A stream has a connection of its own: it must not queue behind, or hold up, anything else.
      agent: who.proxyAgent ?? (isStream ? false : own),
      headers: {
        ...who.headers,
        Accept: "application/json",
        "User-Agent": "known-good",
        ...(payload !== undefined && {
          "Content-Type": call.contentType ?? "application/json",
          "Content-Length": Buffer.byteLength(payload),
        }),
      },
    };
    const request = (isTls ? https : http).request(url, options);
    request.setNoDelay(true);
    request.setSocketKeepAlive(true, 15_000);
    request.end(payload);
    return request;
  }

  async function send(call: Call): Promise<Answer> {
    const deadline = AbortSignal.timeout(timeoutMs);
    const who = await within(credentials(), deadline, timeoutMs);
    const request = begin(who, call, false);
    return new Promise((resolve, reject) => {
      const isConnected = connectionWatcher(request);
      const fail = (cause: unknown) => {
        request.destroy();
        const mayHaveActed = call.mutates === true && isConnected();
        reject(lostAnswer(cause, deadline.aborted ? timeoutMs : null, mayHaveActed));
      };
      const onDeadline = () => fail(deadline.reason);
      const onGivenUp = () => {
        request.destroy();
        const mayHaveActed = call.mutates === true && isConnected();
        reject(givenUp(call.signal?.reason, mayHaveActed));
      };
      deadline.addEventListener("abort", onDeadline, { once: true });
      call.signal?.addEventListener("abort", onGivenUp, { once: true });
      if (call.signal?.aborted) onGivenUp();
      request.on("error", fail);
      request.once("close", () => call.signal?.removeEventListener("abort", onGivenUp));
      request.once("response", (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.byteLength;
          if (bytes <= ANSWER_BYTES) chunks.push(chunk);
          else fail(tooLong(ANSWER_BYTES, call.mutates === true));
        });
        response.on("error", fail);
        response.once("close", () => {
          if (!response.complete) fail(cutOff());
        });
        response.once("end", () => {
          deadline.removeEventListener("abort", onDeadline);
          const text = Buffer.concat(chunks).toString("utf8");
          const retryAfter = response.headers["retry-after"];
          const status = response.statusCode ?? 0;
          const body = call.isText && status === 200 ? text : parse(text);
          resolve({ status, retryAfter, body });
        });
      });
    });
  }

  return {
    send,
    async get(path) {
      const answer = await send({ method: "GET", path });
      if (answer.status !== 200) throw errorOfStatus(answer);
      return answer.body;
    },
    async open(path, signal) {
      const deadline = AbortSignal.timeout(timeoutMs);
      const who = await within(credentials(), deadline, timeoutMs);
      const request = begin(who, { method: "GET", path }, true);
      signal.addEventListener("abort", () => request.destroy(), { once: true });
      if (signal.aborted) request.destroy();
      return new Promise((resolve, reject) => {
        const fail = (cause: unknown) => {
          request.destroy();
          reject(lostAnswer(cause, deadline.aborted ? timeoutMs : null, false));
        };
        const onDeadline = () => fail(deadline.reason);
        deadline.addEventListener("abort", onDeadline, { once: true });
        // Once headers came, the reader of the stream hears of errors; here they change nothing.
        request.on("error", fail);
        request.once("response", (response) => {
          deadline.removeEventListener("abort", onDeadline);
          resolve(response);
        });
      });
    },
  };
}

/** Before a connection stands nothing can have been done; afterwards anything may have. */
function connectionWatcher(request: http.ClientRequest): () => boolean {
  let isConnected = request.reusedSocket;
  request.once("socket", (socket) => {
    if (request.reusedSocket || !socket.connecting) isConnected = true;
    else
      socket.once("connect", () => {
        isConnected = true;
      });
  });
  return () => isConnected;
}

async function within<T>(work: Promise<T>, deadline: AbortSignal, timeoutMs: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const onDeadline = () => late.reject(lostAnswer(deadline.reason, timeoutMs, false));
  deadline.addEventListener("abort", onDeadline, { once: true });
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    deadline.removeEventListener("abort", onDeadline);
  }
}

function cutOff(): Error {
  return Object.assign(new Error("the connection ended mid-answer"), { code: "ECONNRESET" });
}

/** What answers without end is no API server: nothing of it is kept. */
export function tooLong(limitBytes: number, mayHaveActed: boolean): SourceError {
  const most = `${limitBytes / 1024 / 1024} MB`;
  const sentence = `Kubernetes sent more than ${most} at once. Check that its address is right.`;
  return new SourceError("invalid", sentence, { mayHaveActed });
}

/** What it means that no (whole) answer came. `lateMs` is set when time ran out. */
function lostAnswer(cause: unknown, lateMs: number | null, mayHaveActed: boolean): SourceError {
  if (cause instanceof SourceError) return cause;
  const unknown = mayHaveActed ? " Whether it acted is unknown." : "";
  if (lateMs !== null) {
    const sentence = `Kubernetes did not answer within ${lateMs / 1000} s.${unknown}`;
    return new SourceError("timeout", sentence, { cause, mayHaveActed });
  }
  const sentence = `Kubernetes can't be reached: ${networkFailure(cause).because}.${unknown}`;
  return new SourceError("unreachable", sentence, { cause, mayHaveActed });
}

/** The caller had no more time for it. */
function givenUp(cause: unknown, mayHaveActed: boolean): SourceError {
  const unknown = mayHaveActed ? " Whether it acted is unknown." : "";
  const sentence = `Kubernetes did not answer in the time there was.${unknown}`;
  return new SourceError("timeout", sentence, { cause, mayHaveActed });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
