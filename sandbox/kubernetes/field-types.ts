/** Fields of a workload whose JSON type a typed server checks when it decodes. */
const TYPES: [path: string, struct: string, type: "int32" | "bool" | "string" | "object"][] = [
  ["spec.replicas", "DeploymentSpec.spec.replicas", "int32"],
  ["spec.minReadySeconds", "DeploymentSpec.spec.minReadySeconds", "int32"],
  ["spec.revisionHistoryLimit", "DeploymentSpec.spec.revisionHistoryLimit", "int32"],
  ["spec.progressDeadlineSeconds", "DeploymentSpec.spec.progressDeadlineSeconds", "int32"],
  ["spec.paused", "DeploymentSpec.spec.paused", "bool"],
  ["spec.strategy.type", "DeploymentStrategy.spec.strategy.type", "string"],
  ["spec.template", "DeploymentSpec.spec.template", "object"],
  ["spec.template.spec.containers", "PodSpec.spec.template.spec.containers", "object"],
];

const ITEM_TYPES: [field: string, struct: string][] = [
  ["name", "Container.spec.template.spec.containers.name"],
  ["image", "Container.spec.template.spec.containers.image"],
];

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function at(value: unknown, path: string): unknown {
  let current = value;
  for (const step of path.split(".")) {
    if (typeof current !== "object" || current === null) return undefined;
    current = Reflect.get(current, step);
  }
  return current;
}

function valuesAt(object: unknown, path = ""): unknown[] {
  const map = at(object, path);
  return typeof map === "object" && map !== null ? Object.values(map) : [];
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

function mismatch(value: unknown, struct: string, type: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  const found = jsonType(value);
  const fits =
    type === "int32"
      ? typeof value === "number" && Number.isInteger(value)
      : type === "object"
        ? typeof value === "object"
        : found === type;
  if (fits) return undefined;
  const shown = typeof value === "number" ? `number ${value}` : found;
  const told = type === "object" ? "v1.PodTemplateSpec" : type;
  return `json: cannot unmarshal ${shown} into Go struct field ${struct} of type ${told}`;
}

/** The first field that can't be decoded into its type, in the server's words; nothing if all can. */
export function undecodable(kind: string, object: unknown): string | undefined {
  for (const [path, struct, type] of kind === "Deployment" ? TYPES : []) {
    const problem = mismatch(at(object, path), struct, type);
    if (problem) return problem;
  }
  const containers = at(object, "spec.template.spec.containers");
  for (const one of Array.isArray(containers) ? containers : []) {
    for (const [field, struct] of ITEM_TYPES) {
      const problem = mismatch(at(one, field), struct, "string");
      if (problem) return problem;
    }
  }
  const texts = [
    ["metadata.labels", "ObjectMeta.metadata.labels"],
    ["metadata.annotations", "ObjectMeta.metadata.annotations"],
    ...(kind === "ConfigMap" || kind === "Secret" ? [["data", `${kind}.data`]] : []),
  ] as const;
  for (const [path, struct = ""] of texts) {
    for (const value of valuesAt(object, path)) {
      const problem = mismatch(value, struct, "string");
      if (problem) return problem;
    }
  }
  if (kind !== "Secret") return undefined;
  const isDecodable = valuesAt(object, "data").every((one) => BASE64.test(String(one ?? "")));
  return isDecodable ? undefined : "illegal base64 data at input byte 0";
}
