import type { ResourceRequest } from "./api-request.ts";
import type { Cluster } from "./cluster.ts";
import type { Stored } from "./kube-object.ts";
import { acceptedForm, type ListMeta, listJson } from "./representation.ts";
import { type Matches, parseFieldSelector, parseLabelSelector } from "./selectors.ts";
import { badRequest, expired } from "./status-error.ts";
import type { Store } from "./store.ts";

const KEPT_SNAPSHOTS = 50;

type Snapshot = { resourceVersion: number; objects: readonly Stored[] };
type Token = { v: string; rv: number; start: string };

/** Which objects a request's selectors let through. */
export function selection({ query, resource, namespace }: ResourceRequest): Matches {
  const labels = query.get("labelSelector");
  const fields = query.get("fieldSelector");
  const byLabel = labels ? parseLabelSelector(labels) : undefined;
  const byField = fields ? parseFieldSelector(fields, resource.plural) : undefined;
  return (object) =>
    (namespace === "" || object.metadata.namespace === namespace) &&
    (byLabel?.(object) ?? true) &&
    (byField?.(object) ?? true);
}

export function parseResourceVersion(text: string | null): number | undefined {
  if (text === null || text === "") return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw badRequest(`Invalid value: "${text}": invalid resourceVersion`);
}

function keyOf({ metadata }: Stored): string {
  return `/${metadata.namespace ? `${metadata.namespace}/` : ""}${metadata.name}`;
}

function readToken(text: string): Token {
  try {
    const token: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    if (typeof token === "object" && token !== null && "rv" in token && "start" in token) {
      return { v: "meta.k8s.io/v1", rv: Number(token.rv), start: String(token.start) };
    }
  } catch {
    // Told below, like every other token that can't be read.
  }
  throw badRequest("continue key is not valid: unexpected token");
}

/** Answers lists, and their pages from the state in which the first page was read. */
export class Lists {
  readonly #cluster: Cluster;
  readonly #snapshots = new Map<string, Snapshot>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  answer(request: ResourceRequest): string {
    const { query, resource } = request;
    const form = acceptedForm(request.headers.accept);
    const limit = Number(query.get("limit") ?? 0);
    const token = query.get("continue");
    const { page, metadata } = token
      ? this.#next(request, readToken(token), limit)
      : this.#first(request, limit);
    return listJson(resource, page, metadata, form, this.#cluster.now());
  }

  #key(request: ResourceRequest, resourceVersion: number): string {
    const { resource, namespace, query } = request;
    const selectors = [query.get("labelSelector"), query.get("fieldSelector")];
    return [resource.group, resource.plural, namespace, ...selectors, resourceVersion].join("|");
  }

  #first(request: ResourceRequest, limit: number) {
    const { store } = this.#cluster;
    const wanted = parseResourceVersion(request.query.get("resourceVersion"));
    const exact = request.query.get("resourceVersionMatch") === "Exact";
    if (wanted !== undefined && exact && wanted !== store.resourceVersion)
      throw tooOld(wanted, store);
    if (wanted !== undefined && wanted > store.resourceVersion) {
      throw badRequest(`Too large resource version: ${wanted}, current: ${store.resourceVersion}`);
    }
    const objects = store.list(request.resource.plural).filter(selection(request));
    const snapshot = { resourceVersion: store.resourceVersion, objects };
    if (limit > 0 && objects.length > limit)
      this.#keep(this.#key(request, store.resourceVersion), snapshot);
    return page(snapshot, 0, limit);
  }

  #next(request: ResourceRequest, token: Token, limit: number) {
    const { store } = this.#cluster;
    const snapshot = this.#snapshots.get(this.#key(request, token.rv));
    if (!snapshot || token.rv < store.compactedAt) {
      throw expired(
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.",
      );
    }
    const start = snapshot.objects.findIndex((one) => keyOf(one) >= token.start);
    return page(snapshot, start < 0 ? snapshot.objects.length : start, limit);
  }

  #keep(key: string, snapshot: Snapshot): void {
    this.#snapshots.set(key, snapshot);
    const oldest =
      this.#snapshots.size > KEPT_SNAPSHOTS ? this.#snapshots.keys().next().value : undefined;
    if (oldest !== undefined) this.#snapshots.delete(oldest);
  }
}

export function tooOld(wanted: number, store: Store) {
  return expired(
    `too old resource version: ${wanted} (${Math.max(store.compactedAt, wanted + 1)})`,
  );
}

function page({ resourceVersion, objects }: Snapshot, start: number, limit: number) {
  const end = limit > 0 ? start + limit : objects.length;
  const metadata: ListMeta = { resourceVersion: String(resourceVersion) };
  const last = objects[end - 1];
  if (end < objects.length && last) {
    const token: Token = {
      v: "meta.k8s.io/v1",
      rv: resourceVersion,
      start: `${keyOf(last)}\u0000`,
    };
    metadata.continue = Buffer.from(JSON.stringify(token)).toString("base64url");
    metadata.remainingItemCount = objects.length - end;
  }
  return { page: objects.slice(start, end), metadata };
}
