import { createHash } from "node:crypto";
import { apiVersionOf, GROUPS, RESOURCES, type Resource, versionOf } from "./resources.ts";

const PATCH_TYPES = [
  "application/json-patch+json",
  "application/merge-patch+json",
  // Strategic merge is served but not told here: kubectl would then want full schemas to compute it,
  // and without them it uses the ones it has built in.
  "application/apply-patch+yaml",
];

const query = (name: string) => ({
  name,
  in: "query",
  schema: { type: "string", uniqueItems: true },
});

function schemaName(resource: Resource): string {
  return `io.k8s.api.${resource.group || "core"}.${resource.version}.${resource.kind}`;
}

function gvk(resource: Resource) {
  return { group: resource.group, version: resource.version, kind: resource.kind };
}

function operation(resource: Resource, action: string) {
  const content = {
    "application/json": { schema: { $ref: `#/components/schemas/${schemaName(resource)}` } },
  };
  return {
    operationId: `${action}${resource.kind}`,
    parameters: [query("dryRun"), query("fieldManager"), query("fieldValidation")],
    ...(action === "patch" && {
      requestBody: {
        content: Object.fromEntries(
          PATCH_TYPES.map((type) => [type, { schema: { type: "object" } }]),
        ),
      },
    }),
    responses: { 200: { description: "OK", content } },
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": gvk(resource),
  };
}

function paths(resource: Resource): [string, unknown][] {
  const root = resource.group === "" ? "/api/v1" : `/apis/${apiVersionOf(resource)}`;
  const base = `${root}${resource.namespaced ? "/namespaces/{namespace}" : ""}/${resource.plural}`;
  const collection = { get: operation(resource, "list"), post: operation(resource, "post") };
  if (resource.virtual) return [[base, { post: operation(resource, "post") }]];
  return [
    [base, collection],
    [
      `${base}/{name}`,
      {
        get: operation(resource, "get"),
        put: operation(resource, "put"),
        patch: operation(resource, "patch"),
        delete: operation(resource, "delete"),
      },
    ],
  ];
}

function schema(resource: Resource) {
  const open = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  return {
    type: "object",
    description: `${resource.kind} as the sandbox keeps it.`,
    properties: {
      apiVersion: { type: "string", description: "Version of the object's schema." },
      kind: { type: "string", description: "What the object is." },
      metadata: { ...open, description: "Name, labels, annotations and owners." },
      spec: { ...open, description: "What is wanted." },
      status: { ...open, description: "What was last seen." },
    },
    "x-kubernetes-group-version-kind": [gvk(resource)],
    "x-kubernetes-preserve-unknown-fields": true,
  };
}

function document(group: string) {
  const resources = RESOURCES.filter((one) => one.group === group);
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "v1.36.2" },
    paths: Object.fromEntries(resources.flatMap(paths)),
    components: {
      schemas: Object.fromEntries(resources.map((one) => [schemaName(one), schema(one)])),
    },
  };
}

const documents = new Map(
  ["", ...GROUPS].map((group) => {
    const path = group === "" ? "api/v1" : `apis/${group}/${versionOf(group)}`;
    const body = JSON.stringify(document(group));
    const hash = createHash("sha256").update(body).digest("hex").slice(0, 32).toUpperCase();
    return [path, { body, hash }];
  }),
);

/** The OpenAPI v3 index or one group's document: enough for kubectl to trust server-side checks. */
export function openApiJson(path: string): string | undefined {
  if (path !== "/openapi/v3") return documents.get(path.slice("/openapi/v3/".length))?.body;
  const entries = [...documents].map(([name, { hash }]) => [
    name,
    { serverRelativeURL: `/openapi/v3/${name}?hash=${hash}` },
  ]);
  return JSON.stringify({ paths: Object.fromEntries(entries) });
}
