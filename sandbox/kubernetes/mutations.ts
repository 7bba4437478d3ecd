import { admissionRequest, type Change } from "./admission/admission-request.ts";
import { admit } from "./admission/admit.ts";
import type { ResourceRequest } from "./api-request.ts";
import { type Cluster, newMeta } from "./cluster.ts";
import { withDefaults } from "./defaults.ts";
import { isDryRun } from "./dry-run.ts";
import { undecodable } from "./field-types.ts";
import { orphanDependents, removeDependents } from "./garbage-collector.ts";
import { hasGeneration, withGeneration } from "./generation.ts";
import { kubeTime, type ObjectMeta, type Stored } from "./kube-object.ts";
import { givenEntries } from "./managed-fields.ts";
import { type How, howApplied, UPDATE, withOwners, withoutDropped } from "./ownership.ts";
import { patchDocument } from "./patch-document.ts";
import { randomSuffix } from "./pod-template-hash.ts";
import {
  isTree,
  readDeleteOptions,
  readObjectBody,
  readPatchBody,
  type Tree,
} from "./read-body.ts";
import { apiVersionOf, storedResource } from "./resources.ts";
import { sameValue, withoutNulls } from "./same-value.ts";
import {
  alreadyExists,
  badRequest,
  conflict,
  invalid,
  MODIFIED_SINCE,
  notFound,
} from "./status-error.ts";
import { validate } from "./validation.ts";
import { refuseWrongOptions } from "./write-options.ts";

/** Fields only the server writes; what a client sends for them is ignored. */
function keepServerFields(given: ObjectMeta, before: ObjectMeta): ObjectMeta {
  const { name, namespace, uid, creationTimestamp, generation, deletionTimestamp } = before;
  return {
    ...given,
    name,
    namespace,
    uid,
    creationTimestamp,
    generation,
    deletionTimestamp,
  };
}

/**
 * Carries out writes: decoding, defaults, validation, conflicts, generation, owners of fields, then
 * admission, then the store.
 */
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
    return this.#create(request, readObjectBody(request), UPDATE);
  }

  update(request: ResourceRequest): Stored {
    const before = this.get(request);
    const { kind: _kind, apiVersion: _apiVersion, ...body } = readObjectBody(request);
    const problem = undecodable(request.resource.kind, body);
    if (problem) throw this.#cannotHandle(request, problem);
    return this.#replace(request, before, body, UPDATE);
  }

  patch(request: ResourceRequest): Stored {
    const type = request.headers.contentType?.split(";")[0]?.trim();
    const applied = type === "application/apply-patch+yaml";
    refuseWrongOptions(request, applied);
    const patch = readPatchBody(request.body, applied);
    const { resource, namespace, name } = request;
    const how = applied ? howApplied(request, patch) : UPDATE;
    if (how.operation === "Apply" && !this.#cluster.store.get(resource.plural, namespace, name)) {
      return this.#create(request, how.configuration, how);
    }
    const before = this.get(request);
    const document = { apiVersion: apiVersionOf(resource), kind: resource.kind, ...before };
    const merged = patchDocument(type, document, patch, resource.custom);
    const patched =
      how.operation === "Apply"
        ? withoutDropped(request, before, merged, how.configuration)
        : merged;
    const problem = undecodable(resource.kind, patched);
    if (problem) {
      const message = `Invalid value: ${JSON.stringify(JSON.stringify(patched))}: ${problem}`;
      const cause = { field: "patch", reason: "FieldValueInvalid", message };
      throw invalid({ group: "", kind: "" }, "", [cause]);
    }
    if (!isTree(patched)) throw badRequest("error decoding patch: not an object");
    const { kind: _kind, apiVersion: _apiVersion, ...body } = patched;
    return this.#replace(request, before, body, how);
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
    this.#admit(request, { object: null, oldObject: before });
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

  #create(request: ResourceRequest, body: Tree, how: How): Stored {
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
      generation: hasGeneration(resource) ? 1 : undefined,
      managedFields: undefined,
    });
    const complete = withDefaults(resource.kind, { ...given, metadata });
    const problems = validate(resource.kind, complete);
    if (problems.length > 0) throw invalid(resource, name, problems);
    const owned = withOwners(request, undefined, complete, how, kubeTime(this.#cluster.now()));
    this.#admit(request, { object: owned, oldObject: null });
    if (store.get(resource.plural, namespace, name)) throw alreadyExists(resource, name);
    return this.#commit(request, owned);
  }

  /** Throws what an admission policy refuses; what policies only warn of goes with the answer. */
  #admit(request: ResourceRequest, change: Change): void {
    request.warnings.push(...admit(admissionRequest(request, change), this.#cluster.store));
  }

  #replace(request: ResourceRequest, before: Stored, body: Tree, how: How): Stored {
    const { resource, name, subresource } = request;
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
    // What is sent by way of a part is never taken for the whole object's entries.
    metadata.managedFields = givenEntries(subresource ? undefined : meta.managedFields, before);
    const after = this.#asPart(
      request,
      before,
      withDefaults(resource.kind, { ...given, metadata }),
    );
    const problems = validate(resource.kind, after, before);
    if (problems.length > 0) throw invalid(resource, name, problems);
    const owned = withOwners(
      request,
      before,
      withGeneration(resource, after, before),
      how,
      kubeTime(this.#cluster.now()),
    );
    this.#admit(request, { object: owned, oldObject: before });
    // A write that changes nothing is answered, but leaves version and watchers alone.
    return sameValue(owned, before) ? before : this.#commit(request, owned);
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
