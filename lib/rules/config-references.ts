import type { PodTemplate } from "@/lib/contracts/pod-template";

export type ConfigKind = "ConfigMap" | "Secret";

/** One way in which a Pod template refers to a ConfigMap or Secret. */
export type ConfigReference = {
  objectKind: ConfigKind;
  name: string;
  /** The keys it takes; null when it takes them all. */
  keys: string[] | null;
  /** Pods start without it. */
  optional: boolean;
  /** Pods read it when they start, or find its new content in a mounted file. */
  noticed: "at-restart" | "while-running";
};

type Tree = Record<string, unknown>;

/**
 * The ConfigMaps and Secrets that pods of this template need: single variables, whole sets of
 * variables, volumes and projected volumes, in the order in which they are written.
 */
export function configReferences(template: PodTemplate): ConfigReference[] {
  const { spec } = template;
  const containers = [spec.initContainers, spec.containers].flatMap(listOf);
  return [
    ...containers.flatMap(referencesOfContainer),
    ...listOf(spec.volumes).flatMap((volume) => referencesOfVolume(volume, containers)),
  ];
}

function referencesOfContainer(container: Tree): ConfigReference[] {
  const variables = listOf(container.env).map((variable) => tree(variable.valueFrom));
  return [
    ...variables.flatMap((from) => [
      ...reference("ConfigMap", from.configMapKeyRef, "name", "at-restart"),
      ...reference("Secret", from.secretKeyRef, "name", "at-restart"),
    ]),
    ...listOf(container.envFrom).flatMap((source) => [
      ...reference("ConfigMap", source.configMapRef, "name", "at-restart"),
      ...reference("Secret", source.secretRef, "name", "at-restart"),
    ]),
  ];
}

function referencesOfVolume(volume: Tree, containers: Tree[]): ConfigReference[] {
  const noticed = isWhollyMounted(String(volume.name), containers) ? "while-running" : "at-restart";
  return [
    ...reference("ConfigMap", volume.configMap, "name", noticed),
    ...reference("Secret", volume.secret, "secretName", noticed),
    ...listOf(tree(volume.projected).sources).flatMap((source) => [
      ...reference("ConfigMap", source.configMap, "name", noticed),
      ...reference("Secret", source.secret, "name", noticed),
    ]),
  ];
}

/** A file mounted by `subPath` is never updated in a running pod. */
function isWhollyMounted(volume: string, containers: Tree[]): boolean {
  return containers
    .flatMap((container) => listOf(container.volumeMounts))
    .some((mount) => mount.name === volume && !mount.subPath && !mount.subPathExpr);
}

function reference(
  objectKind: ConfigKind,
  value: unknown,
  nameField: "name" | "secretName",
  noticed: ConfigReference["noticed"],
): ConfigReference[] {
  const source = tree(value);
  const name = source[nameField];
  if (typeof name !== "string" || name === "") return [];
  const items = listOf(source.items).map((item) => String(item.key));
  const single = typeof source.key === "string" ? [source.key] : null;
  return [
    {
      objectKind,
      name,
      keys: items.length > 0 ? items : single,
      optional: source.optional === true,
      noticed,
    },
  ];
}

/** What one object is to a template: everything that its references take of it. */
export type ConfigNeed = {
  objectKind: ConfigKind;
  name: string;
  /** Keys it takes, null for all of them. */
  keys: string[] | null;
  /** Keys without which a pod doesn't start. */
  requiredKeys: string[];
  /** Pods don't start without the object. */
  isRequired: boolean;
  noticed: ConfigReference["noticed"];
};

/** References folded into one need for each object, in order of their first mention. */
export function configNeeds(template: PodTemplate): ConfigNeed[] {
  const needs = new Map<string, ConfigNeed>();
  for (const one of configReferences(template)) {
    const id = `${one.objectKind}/${one.name}`;
    const known = needs.get(id);
    const required = one.optional ? [] : (one.keys ?? []);
    needs.set(id, {
      objectKind: one.objectKind,
      name: one.name,
      keys: known ? union(known.keys, one.keys) : one.keys,
      requiredKeys: [...new Set([...(known?.requiredKeys ?? []), ...required])],
      isRequired: (known?.isRequired ?? false) || !one.optional,
      // What any pod reads only at its start isn't in effect before all were started anew.
      noticed: known?.noticed === "at-restart" ? "at-restart" : one.noticed,
    });
  }
  return [...needs.values()];
}

function union(a: string[] | null, b: string[] | null): string[] | null {
  return a === null || b === null ? null : [...new Set([...a, ...b])];
}

function listOf(value: unknown): Tree[] {
  return Array.isArray(value) ? value.map(tree) : [];
}

function tree(value: unknown): Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Tree)
    : {};
}
