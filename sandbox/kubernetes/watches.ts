import type { ServerResponse } from "node:http";
import type { ResourceRequest } from "./api-request.ts";
import type { Cluster } from "./cluster.ts";
import type { Stored } from "./kube-object.ts";
import { parseResourceVersion, selection, tooOld } from "./list-objects.ts";
import { acceptedForm, type Form, objectJson } from "./representation.ts";
import { apiVersionOf, type Resource } from "./resources.ts";
import type { Matches } from "./selectors.ts";
import { invalid, type StatusError } from "./status-error.ts";
import type { StoreEvent } from "./store.ts";

const DEFAULT_TIMEOUT_S = 1_800;
const BOOKMARK_EVERY_MS = 60_000;
/** A client that doesn't read is cut off before its unread events fill the memory. */
const UNREAD_BYTES_MAX = 8 * 1024 * 1024;

type Watch = {
  resource: Resource;
  form: Form;
  matches: Matches;
  response: ServerResponse;
  bookmarks: boolean;
  afterVersion: number;
  wroteColumns: boolean;
  silent: boolean;
  /** Lines of this turn, written together: a rollout makes many and a system call each is dear. */
  unsent: string[];
  stop: () => void;
};

const lineCache = new WeakMap<StoreEvent, Map<string, string>>();

/** All open watches: each change is turned into text once and handed to those who asked for it. */
export class Watches {
  readonly #cluster: Cluster;
  readonly #open = new Set<Watch>();
  readonly #unsubscribe: () => void;
  readonly #bookmarkTimer: NodeJS.Timeout;
  /** How a watch from a forgotten version is refused: in the stream, or as the HTTP status. */
  goneAs: "event" | "status" = "event";

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#unsubscribe = cluster.store.subscribe((event) => {
      for (const watch of this.#open) {
        if (watch.resource.plural === event.plural) this.#deliver(watch, event);
      }
      // Told to all who watch now; kept longer, the texts would outweigh the objects.
      lineCache.delete(event);
    });
    this.#bookmarkTimer = setInterval(() => {
      for (const watch of this.#open) if (watch.bookmarks) this.#bookmark(watch);
    }, BOOKMARK_EVERY_MS);
    this.#bookmarkTimer.unref();
  }

  get size(): number {
    return this.#open.size;
  }

  /** Starts to answer a watch request; the response ends with its timeout or its connection. */
  start(request: ResourceRequest, response: ServerResponse): void {
    const { query, resource } = request;
    const { store } = this.#cluster;
    const from = parseResourceVersion(query.get("resourceVersion"));
    const bookmarks = query.get("allowWatchBookmarks") === "true";
    const initial = initialEvents(request, from, bookmarks);
    const watch: Watch = {
      resource,
      form: acceptedForm(request.headers.accept),
      matches: selection(request),
      response,
      bookmarks,
      afterVersion: initial ? store.resourceVersion : (from ?? 0),
      wroteColumns: false,
      silent: false,
      unsent: [],
      stop: () => undefined,
    };
    const missed = initial ? [] : store.since(watch.afterVersion, resource.plural);
    if (missed === "expired") {
      this.#refuse(response, tooOld(watch.afterVersion, store));
      return;
    }
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    this.#track(watch, Number(query.get("timeoutSeconds") ?? 0) || DEFAULT_TIMEOUT_S);
    if (initial) {
      for (const object of store.list(resource.plural)) {
        if (watch.matches(object)) this.#write(watch, this.#line(watch, "ADDED", object));
      }
      if (initial === "withEnd") this.#bookmark(watch, true);
    }
    for (const event of missed) this.#deliver(watch, event);
  }

  /** Cuts all open watches, as a restarting server or an impatient proxy does. */
  drop(): number {
    const count = this.#open.size;
    for (const watch of [...this.#open]) {
      watch.stop();
      watch.response.destroy();
    }
    return count;
  }

  /** Open watches get nothing more and aren't closed either, as when a network swallows packets. */
  silence(): void {
    for (const watch of this.#open) watch.silent = true;
  }

  stop(): void {
    clearInterval(this.#bookmarkTimer);
    this.#unsubscribe();
    this.drop();
  }

  #track(watch: Watch, timeoutSeconds: number): void {
    const timer = setTimeout(() => {
      // A silenced watch doesn't end either: its client must find out by itself.
      if (watch.silent) return;
      if (watch.bookmarks) this.#bookmark(watch);
      watch.stop();
      this.#flush(watch);
      watch.response.end();
    }, timeoutSeconds * 1_000);
    timer.unref();
    watch.stop = () => {
      clearTimeout(timer);
      this.#open.delete(watch);
    };
    this.#open.add(watch);
    watch.response.on("close", watch.stop);
  }

  #deliver(watch: Watch, event: StoreEvent): void {
    if (watch.silent || event.resourceVersion <= watch.afterVersion) return;
    const was = event.before !== undefined && watch.matches(event.before);
    const is = event.type !== "DELETED" && watch.matches(event.object);
    if (!was && !is) return;
    const type = is ? (was ? "MODIFIED" : "ADDED") : "DELETED";
    if (watch.form === "object") this.#write(watch, cachedLine(watch.resource, type, event));
    else this.#write(watch, this.#line(watch, type, event.object));
  }

  #line(watch: Watch, type: string, object: Stored): string {
    const json = objectJson(
      watch.resource,
      object,
      watch.form,
      this.#cluster.now(),
      !watch.wroteColumns,
    );
    watch.wroteColumns = true;
    return `{"type":"${type}","object":${json}}\n`;
  }

  #bookmark(watch: Watch, initialEnd = false): void {
    if (watch.silent) return;
    const annotations = initialEnd ? { "k8s.io/initial-events-end": "true" } : undefined;
    const resourceVersion = String(this.#cluster.store.resourceVersion);
    const { kind } = watch.resource;
    const apiVersion = apiVersionOf(watch.resource);
    const object = { kind, apiVersion, metadata: { resourceVersion, annotations } };
    this.#write(watch, `${JSON.stringify({ type: "BOOKMARK", object })}\n`);
  }

  #write(watch: Watch, line: string): void {
    watch.unsent.push(line);
    if (watch.unsent.length === 1) queueMicrotask(() => this.#flush(watch));
  }

  #flush(watch: Watch): void {
    const text = watch.unsent.join("");
    watch.unsent = [];
    if (text === "" || watch.response.writableEnded) return;
    watch.response.write(text);
    if (watch.response.writableLength > UNREAD_BYTES_MAX) watch.response.destroy();
  }

  #refuse(response: ServerResponse, error: StatusError): void {
    const asStatus = this.goneAs === "status";
    const status = error.toStatus();
    response.writeHead(asStatus ? error.code : 200, { "content-type": "application/json" });
    response.end(`${JSON.stringify(asStatus ? status : { type: "ERROR", object: status })}\n`);
  }
}

function cachedLine(resource: Resource, type: string, event: StoreEvent): string {
  const lines = lineCache.get(event) ?? new Map<string, string>();
  const key = `${resource.group} ${type}`;
  let line = lines.get(key);
  if (line === undefined) {
    line = `{"type":"${type}","object":${objectJson(resource, event.object, "object", 0)}}\n`;
    lineCache.set(event, lines.set(key, line));
  }
  return line;
}

/** Whether a watch begins with what exists, and whether a bookmark marks the end of that. */
function initialEvents(
  { query }: ResourceRequest,
  from: number | undefined,
  bookmarks: boolean,
): "withEnd" | "plain" | undefined {
  const asked = query.get("sendInitialEvents");
  if (asked === null) {
    // Without a version the server starts with the present state, and marks its end if it may.
    if (from === undefined) return bookmarks ? "withEnd" : "plain";
    return from === 0 ? "plain" : undefined;
  }
  if (query.get("resourceVersionMatch") !== "NotOlderThan") {
    throw invalid({ group: "meta.k8s.io", kind: "ListOptions" }, "", [
      {
        field: "resourceVersionMatch",
        reason: "FieldValueForbidden",
        message:
          "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
      },
    ]);
  }
  return asked === "true" ? "withEnd" : undefined;
}
