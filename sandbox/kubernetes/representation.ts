import type { KubeEvent, Stored } from "./kube-object.ts";
import { apiVersionOf, type Resource } from "./resources.ts";
import { notAcceptable } from "./status-error.ts";
import { tableColumns, tableRow } from "./table.ts";

export type Form = "object" | "table" | "partial";

/** Which form of an answer a client's `Accept` header asks for first that can be given. */
export function acceptedForm(accept: string | undefined): Form {
  for (const entry of (accept ?? "*/*").split(",")) {
    const [type = "", ...parameters] = entry.trim().split(";");
    if (type !== "application/json" && !type.includes("*")) continue;
    const as = parameters
      .find((one) => one.trim().startsWith("as="))
      ?.trim()
      .slice(3);
    if (as === undefined) return "object";
    if (!parameters.some((one) => one.trim() === "v=v1")) continue;
    if (as === "Table") return "table";
    if (as.startsWith("PartialObjectMetadata")) return "partial";
  }
  throw notAcceptable();
}

const itemCache = new WeakMap<Stored, string>();

/** An object's JSON without kind and version; made once per version of the object. */
function itemJson(object: Stored): string {
  let json = itemCache.get(object);
  if (json === undefined) {
    json = JSON.stringify(object);
    itemCache.set(object, json);
  }
  return json;
}

/** The newer event API tells the same things under other names. */
function modernEvent(object: Stored): Stored {
  const { involvedObject, message, source, firstTimestamp, lastTimestamp, count, ...rest } =
    object as KubeEvent;
  return {
    ...rest,
    regarding: involvedObject,
    note: message,
    deprecatedSource: source,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
    deprecatedCount: count,
  };
}

function asServed(resource: Resource, object: Stored): Stored {
  return resource.group === "events.k8s.io" ? modernEvent(object) : object;
}

function head(kind: string, apiVersion: string): string {
  return `{"kind":"${kind}","apiVersion":"${apiVersion}"`;
}

const META_V1 = "meta.k8s.io/v1";

function partial(object: Stored): Record<string, unknown> {
  return { kind: "PartialObjectMetadata", apiVersion: META_V1, metadata: object.metadata };
}

function table(
  resource: Resource,
  objects: readonly Stored[],
  metadata: Record<string, unknown>,
  nowMs: number,
  withColumns = true,
): string {
  return JSON.stringify({
    kind: "Table",
    apiVersion: META_V1,
    metadata,
    columnDefinitions: withColumns ? tableColumns(resource.plural) : null,
    rows: objects.map((one) => tableRow(resource.plural, one, nowMs, partial(one))),
  });
}

/** The JSON text of a single object in the form asked for. */
export function objectJson(
  resource: Resource,
  object: Stored,
  form: Form,
  nowMs: number,
  withColumns = true,
): string {
  if (form === "partial") return JSON.stringify(partial(object));
  if (form === "table") {
    const { resourceVersion } = object.metadata;
    return table(resource, [object], { resourceVersion }, nowMs, withColumns);
  }
  const json = itemJson(asServed(resource, object));
  return `${head(resource.kind, apiVersionOf(resource))},${json.slice(1)}`;
}

export type ListMeta = { resourceVersion: string; continue?: string; remainingItemCount?: number };

/** The JSON text of a list in the form asked for. */
export function listJson(
  resource: Resource,
  objects: readonly Stored[],
  metadata: ListMeta,
  form: Form,
  nowMs: number,
): string {
  if (form === "table") return table(resource, objects, metadata, nowMs);
  if (form === "partial") {
    const items = objects.map(partial);
    return JSON.stringify({
      kind: "PartialObjectMetadataList",
      apiVersion: META_V1,
      metadata,
      items,
    });
  }
  const items = objects.map((one) => itemJson(asServed(resource, one))).join(",");
  const list = head(`${resource.kind}List`, apiVersionOf(resource));
  return `${list},"metadata":${JSON.stringify(metadata)},"items":[${items}]}`;
}
