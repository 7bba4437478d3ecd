import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { ZodError } from "zod";
import { SourceError } from "@/lib/integrations/source-error";
import { errorOfStatus, unreadable } from "./kubernetes-errors";
import { BookmarkObject, ListPage, Status, WatchEvent } from "./kubernetes-objects";
import { type Transport, tooLong } from "./kubernetes-transport";

export type WatchTarget = {
  /** Path of the collection, without a query. */
  path: string;
  /** Leaves out objects by their fields: "type!=helm.sh/release.v1". */
  fieldSelector?: string;
  /** The whole list, after start and whenever events may have been missed. */
  onList(items: unknown[]): void;
  onEvent(type: "ADDED" | "MODIFIED" | "DELETED", object: unknown): void;
  /** We know everything as of now: after a list, an event, a bookmark, a connection that stands. */
  onAlive(): void;
  /** Knowledge is ageing; called once for each failure after the first quick reconnection. */
  onTrouble(error: SourceError): void;
};

export type WatchOptions = {
  silentAfterMs: number;
  /** Longest pause between two attempts, milliseconds. */
  backoffMaxMs?: number;
};

// The server ends each watch after this long, so that connections move between its replicas.
const WATCH_SECONDS = 300;
const PAGE_SIZE = 500;
/** Of one event: etcd takes objects of 1.5 MB, unless told otherwise. */
const EVENT_CHARACTERS = 16 * 1024 * 1024;
const BACKOFF_MIN_MS = 100;
// A connection that has stood this long is worth believing, even when there is nothing to tell.
const STANDS_AFTER_MS = 1_000;
// After so many connections that ended without a word, the version they resume from is suspect.
const EMPTY_BEFORE_RELIST = 3;

type Ending = "ended" | "empty" | "expired" | "silent";

/**
 * Lists a collection, then watches it until `signal` aborts: one connection at a time, resumed from
 * the last version heard of, listed anew when that version is gone (410) or a connection fell silent.
 * Failures are reported, never thrown; attempts are spaced by a jittered, growing pause.
 */
export async function watchCollection(
  transport: Transport,
  target: WatchTarget,
  options: WatchOptions,
  signal: AbortSignal,
): Promise<void> {
  const backoffMaxMs = options.backoffMaxMs ?? 15_000;
  let version: string | null = null;
  let failures = 0;
  let shortLived = 0;
  let isFirst = true;
  while (!signal.aborted) {
    let ending: Ending | SourceError;
    const startedAt = performance.now();
    try {
      if (version === null) {
        const list = await listAll(transport, target, signal);
        target.onList(list.items);
        version = list.version;
        target.onAlive();
        isFirst = false;
      }
      ending = await watchOnce(version);
    } catch (error) {
      ending = error instanceof SourceError ? error : unreadable("changes in the cluster", error);
    }
    if (signal.aborted) return;
    if (ending === "ended") failures = 0;
    else failures += 1;
    // Even connections that tell something may not come one after the other without rest.
    const lasted = performance.now() - startedAt;
    shortLived = ending === "ended" && lasted > STANDS_AFTER_MS ? 0 : shortLived + 1;
    if (ending === "expired" || ending === "silent") version = null;
    if (ending instanceof SourceError && ending.code === "invalid") version = null;
    if (ending === "empty" && failures % EMPTY_BEFORE_RELIST === 0) version = null;
    const error = troubleOf(ending);
    // The first reconnection is quick and usually works: not worth an alarm, except when already late.
    if (error && (failures > 1 || isFirst || ending === "silent")) target.onTrouble(error);
    const longest = Math.min(backoffMaxMs, BACKOFF_MIN_MS * 2 ** Math.max(0, shortLived - 1));
    const asked = error?.retryAt ? error.retryAt.getTime() - Date.now() : 0;
    const pause = Math.max(longest * (0.5 + Math.random() / 2), Math.min(asked, 60_000));
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }

  async function watchOnce(from: string): Promise<Ending> {
    const ended = new AbortController();
    const stop = AbortSignal.any([signal, ended.signal]);
    const query = `watch=1&allowWatchBookmarks=true&timeoutSeconds=${WATCH_SECONDS}&resourceVersion=${encodeURIComponent(from)}`;
    let isSilent = false;
    let heard = 0;
    const fallSilent = () => {
      isSilent = true;
      ended.abort();
    };
    let idle: NodeJS.Timeout | undefined;
    let stands: NodeJS.Timeout | undefined;
    const rewind = () => {
      clearTimeout(idle);
      idle = setTimeout(fallSilent, options.silentAfterMs);
    };
    try {
      const stream = await transport.open(`${target.path}?${query}${selected(target)}`, stop);
      if (stream.statusCode !== 200) return await refusalOf(stream, ended);
      rewind();
      stands = setTimeout(target.onAlive, STANDS_AFTER_MS);
      for await (const line of linesOf(stream)) {
        rewind();
        heard += 1;
        failures = 0;
        if (!take(line)) return "expired";
        target.onAlive();
      }
      return heard > 0 ? "ended" : "empty";
    } catch (error) {
      if (isSilent) return "silent";
      if (signal.aborted) return "ended";
      if (error instanceof SourceError) throw error;
      const isGarbled = error instanceof SyntaxError || error instanceof ZodError;
      if (isGarbled) throw unreadable("changes in the cluster", error);
      // A connection that broke after it had told something just resumes.
      if (heard > 0) return "ended";
      throw new SourceError("unreachable", "The connection to Kubernetes broke.", { cause: error });
    } finally {
      clearTimeout(idle);
      clearTimeout(stands);
      ended.abort();
    }
  }

  /** False when the server says that our version is gone. */
  function take(line: string): boolean {
    const event = WatchEvent.parse(JSON.parse(line));
    if (event.type === "ERROR") {
      const status = Status.safeParse(event.object);
      if (status.success && status.data.code === 410) return false;
      const message = status.success ? status.data.message : "";
      throw new SourceError("failed", `Kubernetes broke off the watch. It says: ${message}`);
    }
    const { metadata } = BookmarkObject.parse(event.object);
    if (event.type !== "BOOKMARK") target.onEvent(event.type, event.object);
    version = metadata.resourceVersion;
    return true;
  }

  function troubleOf(ending: Ending | SourceError): SourceError | null {
    if (ending instanceof SourceError) return ending;
    switch (ending) {
      case "silent":
        return new SourceError(
          "timeout",
          `The connection to Kubernetes was silent for ${options.silentAfterMs / 1000} s.`,
        );
      case "empty":
        return new SourceError("failed", "Kubernetes ends every watch without a word.");
      case "ended":
      case "expired":
        return null;
      default:
        return ending satisfies never;
    }
  }
}

async function refusalOf(stream: IncomingMessage, ended: AbortController): Promise<Ending> {
  const limit = setTimeout(() => ended.abort(), 5_000);
  let text = "";
  try {
    for await (const chunk of stream.setEncoding("utf8")) text += String(chunk);
  } finally {
    clearTimeout(limit);
  }
  const status = stream.statusCode ?? 0;
  if (status === 410) return "expired";
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy's page: told as it is.
  }
  throw errorOfStatus({ status, retryAfter: stream.headers["retry-after"], body });
}

/** Every object of a collection, page by page, and the version they are true for. */
async function listAll(
  transport: Transport,
  target: WatchTarget,
  signal: AbortSignal,
): Promise<{ items: unknown[]; version: string }> {
  const items: unknown[] = [];
  let next: string | undefined;
  for (;;) {
    const from = next ? `&continue=${encodeURIComponent(next)}` : "";
    const answer = await transport.get(
      `${target.path}?limit=${PAGE_SIZE}${from}${selected(target)}`,
    );
    const page = ListPage.safeParse(answer);
    if (!page.success) throw unreadable("the cluster's Deployments", page.error);
    items.push(...(page.data.items ?? []));
    next = page.data.metadata.continue;
    if (!next || signal.aborted) return { items, version: page.data.metadata.resourceVersion };
  }
}

function selected({ fieldSelector }: WatchTarget): string {
  return fieldSelector ? `&fieldSelector=${encodeURIComponent(fieldSelector)}` : "";
}

async function* linesOf(stream: IncomingMessage): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of stream.setEncoding("utf8")) {
    const parts = (rest + String(chunk)).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) if (line.trim() !== "") yield line;
    if (rest.length > EVENT_CHARACTERS) throw tooLong(EVENT_CHARACTERS, false);
  }
  // An unfinished last line was cut off on the way: its event comes again after the reconnection.
}
