import type { ResourceRequest } from "./api-request.ts";
import { type Cluster, newMeta } from "./cluster.ts";
import { withDefaults } from "./defaults.ts";
import { undecodable } from "./field-types.ts";
import { orphanDependents, removeDependents } from "./garbage-collector.ts";
import { applyJsonPatch } from "./json-patch.ts";
import { kubeTime, type ObjectMeta, type Stored } from "./kube-object.ts";
import { managedBy, managerName } from "./managed-fields.ts";
import { applyMergePatch, applyStrategicMergePatch } from "./merge-patch.ts";
import { randomSuffix } from "./pod-template-hash.ts";
import {
  isTree,
  readDeleteOptions,
  readObjectBody,
  readPatchBody,
  type Tree,
} from "./read-body.ts";
import { apiVersionOf, type Resource, storedResource } from "./resources.ts";
import { sameValue, withoutNulls } from "./same-value.ts";
import {
  alreadyExists,
  badRequest,
  conflict,
  invalid,
  MODIFIED_SINCE,
  notFound,
  unsupportedMediaType,
} from "./status-error.ts";
import { validate } from "./validation.ts";

export const PATCH_TYPES =
  "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml";

/** Fields only the server writes; what a client sends for them is ignored. */
function keepServerFields(given: ObjectMeta, before: ObjectMeta): ObjectMeta {
  const { name, namespace, uid, creationTimestamp, generation, managedFields, deletionTimestamp } =
    before;
  return {
    ...given,
    name,
    namespace,
    uid,
    creationTimestamp,
    generation,
    managedFields,
    deletionTimestamp,
  };
}

function isDryRun(request: ResourceRequest): boolean {
  const values = request.query.getAll("dryRun");
  if (values.length === 0) return false;
  if (values.every((value) => value === "All")) return true;
  throw invalid({ group: "meta.k8s.io", kind: "PatchOptions" }, "", [
    {
      field: "dryRun",
      reason: "FieldValueNotSupported",
      message: `Unsupported value: ${JSON.stringify(values)}: supported values: "All"`,
    },
  ]);
}

/** Carries out writes: decoding, defaults, validation, conflicts, generation, then the store. */
export class Mutations {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  get(request: ResourceRequest): Stored {
    const { resource, namespace, name } = request;
    const found = this.#cluster.store.get(resource.plural, namespace, name);
    if (!found) throw notFound(resource, name);
    return found;
  }

  create(request: ResourceRequest): Stored {
    return this.#create(request, readObjectBody(request), "Update");
  }

  update(request: ResourceRequest): Stored {
    const before = this.get(request);
    const { kind: _kind, apiVersion: _apiVersion, ...body } = readObjectBody(request);
    const problem = undecodable(request.resource.kind, body);
    if (problem) throw this.#cannotHandle(request, problem);
    return this.#replace(request, before, body, "Update");
  }

  patch(request: ResourceRequest): Stored {
    const type = request.headers.contentType?.split(";")[0]?.trim();
    const applied = type === "application/apply-patch+yaml";
    const patch = readPatchBody(request.body, applied);
    const { resource, namespace, name } = request;
    if (applied && !this.#cluster.store.get(resource.plural, namespace, name)) {
      if (!isTree(patch)) throw badRequest("error decoding patch: not an object");
      return this.#create(request, patch, "Apply");
    }
    const before = this.get(request);
    const document = { apiVersion: apiVersionOf(resource), kind: resource.kind, ...before };
    const patched = applyPatch(type, document, patch, resource.custom);
    const problem = undecodable(resource.kind, patched);
    if (problem) {
      const message = `Invalid value: ${JSON.stringify(JSON.stringify(patched))}: ${problem}`;
      const cause = { field: "patch", reason: "FieldValueInvalid", message };
      throw invalid({ group: "", kind: "" }, "", [cause]);
    }
    if (!isTree(patched)) throw badRequest("error decoding patch: not an object");
    const { kind: _kind, apiVersion: _apiVersion, ...body } = patched;
    return this.#replace(request, before, body, applied ? "Apply" : "Update");
  }

  /** Deletes one object; answers what remains of it when it goes in steps, else nothing. */
  delete(request: ResourceRequest, before = this.get(request)): Stored | undefined {
    const { store, now } = this.#cluster;
    const { plural } = request.resource;
    const options = readDeleteOptions(request);
    const wanted = isTree(options.preconditions) ? options.preconditions.uid : undefined;
    const { uid, namespace = "", name, finalizers } = before.metadata;
    if (wanted !== undefined && wanted !== uid) {
      const why = `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${uid}`;
      throw conflict(request.resource, name, why);
    }
    if (isDryRun(request)) return undefined;
    if (plural === "namespaces" || finalizers?.length) {
      const metadata = { ...before.metadata, deletionTimestamp: kubeTime(now()) };
      const status = plural === "namespaces" ? { phase: "Terminating" } : before.status;
      return store.put(plural, { ...before, metadata, status });
    }
    if (options.propagationPolicy === "Orphan") orphanDependents(this.#cluster, uid);
    if (options.propagationPolicy === "Foreground") removeDependents(this.#cluster, uid);
    store.remove(plural, namespace, name);
    return undefined;
  }

  #cannotHandle({ resource }: ResourceRequest, problem: string) {
    const { kind, version } = resource;
    return badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${problem}`);
  }

  #create(request: ResourceRequest, body: Tree, operation: "Update" | "Apply"): Stored {
    const { resource, namespace } = request;
    const { store } = this.#cluster;
    const problem = undecodable(resource.kind, body);
    if (problem) throw this.#cannotHandle(request, problem);
    const {
      kind: _kind,
      apiVersion: _apiVersion,
      status: _status,
      ...given
    } = withoutNulls(body) as Tree;
    const meta = (isTree(given.metadata) ? given.metadata : {}) as Partial<ObjectMeta>;
    if (resource.namespaced && meta.namespace !== undefined && meta.namespace !== namespace) {
      throw badRequest(
        `the namespace of the provided object does not match the namespace sent on the request`,
      );
    }
    if (resource.namespaced && !store.get("namespaces", "", namespace)) {
      throw notFound(storedResource("namespaces"), namespace);
    }
    const name =
      meta.name ||
      request.name ||
      (meta.generateName ? `${meta.generateName}${randomSuffix()}` : "");
    const metadata = newMeta(this.#cluster, {
      ...(meta as ObjectMeta),
      name,
      namespace: resource.namespaced ? namespace : undefined,
      generation:
        resource.group === "apps" || resource.plural === "pods" || resource.custom ? 1 : undefined,
      managedFields: undefined,
    });
    const complete = withDefaults(resource.kind, { ...given, metadata });
    const problems = validate(resource.kind, complete);
    if (problems.length > 0) throw invalid(resource, name, problems);
    if (store.get(resource.plural, namespace, name)) throw alreadyExists(resource, name);
    return this.#commit(request, this.#managed(request, complete, operation));
  }

  #managed(request: ResourceRequest, object: Stored, operation: "Update" | "Apply"): Stored {
    const manager = managerName(request.query.get("fieldManager"), request.headers.userAgent);
    const write = {
      manager,
      operation,
      apiVersion: apiVersionOf(request.resource),
      time: kubeTime(this.#cluster.now()),
      subresource: request.subresource || undefined,
    };
    return { ...object, metadata: managedBy(object.metadata, write) };
  }

  #replace(
    request: ResourceRequest,
    before: Stored,
    body: Tree,
    operation: "Update" | "Apply",
  ): Stored {
    const { resource, name } = request;
    const given = withoutNulls(body) as Tree;
    const meta = (isTree(given.metadata) ? given.metadata : {}) as Partial<ObjectMeta>;
    if (meta.name !== undefined && meta.name !== name) {
      throw badRequest(
        `the name of the object (${meta.name}) does not match the name on the URL (${name})`,
      );
    }
    if (meta.uid && meta.uid !== before.metadata.uid) {
      const why = `Precondition failed: UID in precondition: ${meta.uid}, UID in object meta: ${before.metadata.uid}`;
      throw conflict(resource, name, why);
    }
    if (meta.resourceVersion && meta.resourceVersion !== before.metadata.resourceVersion) {
      throw conflict(resource, name, MODIFIED_SINCE);
    }
    const metadata = keepServerFields(meta as ObjectMeta, before.metadata);
    metadata.resourceVersion = before.metadata.resourceVersion;
    const after = this.#asPart(
      request,
      before,
      withDefaults(resource.kind, { ...given, metadata }),
    );
    const problems = validate(resource.kind, after, before);
    if (problems.length > 0) throw invalid(resource, name, problems);
    // A write that changes nothing is answered, but leaves version and watchers alone.
    if (sameValue(after, before)) return before;
    return this.#commit(
      request,
      this.#managed(request, withGeneration(resource, after, before), operation),
    );
  }

  /** The main resource can't write status, and `/status` can't write spec. */
  #asPart({ resource, subresource }: ResourceRequest, before: Stored, after: Stored): Stored {
    if (subresource === "status")
      return { ...before, metadata: after.metadata, status: after.status };
    return resource.subresources.some((one) => one.name === "status")
      ? { ...after, status: before.status }
      : after;
  }

  #commit(request: ResourceRequest, object: Stored): Stored {
    if (isDryRun(request)) return object;
    const { plural } = request.resource;
    const { metadata } = object;
    if (metadata.deletionTimestamp && !metadata.finalizers?.length && plural !== "namespaces") {
      return this.#cluster.store.remove(plural, metadata.namespace ?? "", metadata.name) ?? object;
    }
    return this.#cluster.store.put(plural, object);
  }
}

function applyPatch(
  type: string | undefined,
  document: unknown,
  patch: unknown,
  isCustom = false,
): unknown {
  // Only built-in kinds are known well enough to merge their lists.
  if (isCustom && type === "application/apply-patch+yaml") return applyMergePatch(document, patch);
  if (isCustom && type === "application/strategic-merge-patch+json") {
    throw unsupportedMediaType(PATCH_TYPES.replace("application/strategic-merge-patch+json, ", ""));
  }
  switch (type) {
    case "application/json-patch+json":
      return applyJsonPatch(document, patch);
    case "application/merge-patch+json":
      return applyMergePatch(document, patch);
    case "application/strategic-merge-patch+json":
    case "application/apply-patch+yaml":
      return applyStrategicMergePatch(document, patch);
    default:
      throw unsupportedMediaType(PATCH_TYPES);
  }
}

/**
 * A Deployment's generation moves with its annotations too, other workloads' with the spec only, and
 * that of a custom resource without a status of its own with its status as well.
 */
function withGeneration({ kind, ...resource }: Resource, after: Stored, before: Stored): Stored {
  if (before.metadata.generation === undefined) return after;
  const isWhole = resource.custom && resource.subresources.length === 0;
  const sameSpec =
    sameValue(after.spec, before.spec) && (!isWhole || sameValue(after.status, before.status));
  const sameNotes = sameValue(after.metadata.annotations ?? {}, before.metadata.annotations ?? {});
  if (sameSpec && (kind !== "Deployment" || sameNotes)) return after;
  return { ...after, metadata: { ...after.metadata, generation: before.metadata.generation + 1 } };
}
