import type { ResourceRequest } from "./api-request.ts";
import { listSteps, statedFields } from "./field-changes.ts";
import { difference, removeFields, union, withAncestors } from "./field-set.ts";
import type { Stored } from "./kube-object.ts";
import {
  appliedBefore,
  appliedBy,
  managedBy,
  managerName,
  ownedByOthers,
  type Write,
} from "./managed-fields.ts";
import { isTree, type Tree } from "./read-body.ts";
import { apiVersionOf } from "./resources.ts";
import { badRequest, invalid } from "./status-error.ts";

/** An apply states a whole configuration, of which its manager becomes the owner. */
export type How = { operation: "Update" } | { operation: "Apply"; configuration: Tree };
export const UPDATE: How = { operation: "Update" };

/** An apply's configuration; it states what is wanted, so it can't speak of the server's fields. */
export function howApplied(request: ResourceRequest, configuration: unknown): How {
  if (!isTree(configuration)) throw badRequest("error decoding patch: not an object");
  const { metadata, apiVersion } = configuration;
  const expected = apiVersionOf(request.resource);
  if (apiVersion !== expected) {
    const specified = `Specified patch version: ${apiVersion ?? ""}, expected: ${expected}`;
    throw badRequest(`Incorrect version specified in apply patch. ${specified}`);
  }
  if (isTree(metadata) && metadata.managedFields !== undefined) {
    throw badRequest("metadata.managedFields must be nil");
  }
  if (isTree(metadata) && metadata.name !== undefined && metadata.name !== request.name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${request.name})`,
    );
  }
  if (!request.query.get("fieldManager")) {
    throw invalid({ group: "meta.k8s.io", kind: "PatchOptions" }, "", [
      {
        field: "fieldManager",
        reason: "FieldValueRequired",
        message: "Required value: is required for apply patch",
      },
    ]);
  }
  return { operation: "Apply", configuration };
}

function writeOf(request: ResourceRequest, operation: How["operation"], time?: string): Write {
  return {
    manager: managerName(request.query.get("fieldManager"), request.headers.userAgent),
    operation,
    apiVersion: apiVersionOf(request.resource),
    time,
    subresource: request.subresource || undefined,
  };
}

/** The object with its fields' owners as they are after this write; `time` is the write's. */
export function withOwners(
  request: ResourceRequest,
  before: Stored | undefined,
  after: Stored,
  how: How,
  time: string,
): Stored {
  const write = writeOf(request, how.operation, time);
  const { custom: isCustom } = request.resource;
  if (how.operation === "Update") return managedBy(before, after, write, isCustom);
  const force = request.query.get("force") === "true";
  return appliedBy(before, after, write, how.configuration, { force, isCustom });
}

/** A merged object without what its manager applied before, applies no more, and owns alone. */
export function withoutDropped(
  request: ResourceRequest,
  before: Stored,
  merged: unknown,
  configuration: Tree,
): unknown {
  const { custom } = request.resource;
  const write = writeOf(request, "Apply");
  const kept = union(statedFields(configuration, custom), ownedByOthers(before, write));
  const dropped = difference(withAncestors(appliedBefore(before, write)), withAncestors(kept));
  return dropped ? removeFields(merged, dropped, listSteps(custom)) : merged;
}
