import type { Container, Pod, Stored } from "./kube-object.ts";
import type { Store } from "./store.ts";

type Tree = Record<string, unknown>;

export type MissingConfiguration = {
  /** The container that can't be made; null when a volume can't be mounted. */
  container: string | null;
  /** In the kubelet's words. */
  message: string;
};

/** What keeps a pod from starting: a ConfigMap, Secret or key that it needs and that isn't there. */
export function missingConfiguration(store: Store, pod: Pod): MissingConfiguration | undefined {
  const { namespace = "" } = pod.metadata;
  const get = (plural: string, name: string) => store.get(plural, namespace, name);
  for (const volume of listOf(pod.spec.volumes)) {
    const sources = [volume, ...listOf(tree(volume.projected).sources)];
    for (const source of sources) {
      const message =
        problem(get, "configmap", source.configMap, "name", namespace) ??
        problem(get, "secret", source.secret, source === volume ? "secretName" : "name", namespace);
      if (message) {
        const said = `MountVolume.SetUp failed for volume "${String(volume.name)}" : ${message}`;
        return { container: null, message: said };
      }
    }
  }
  const containers: Container[] = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  for (const container of containers) {
    const wanted = [
      ...listOf(container.envFrom).flatMap((one) => [
        problem(get, "configmap", one.configMapRef, "name", namespace),
        problem(get, "secret", one.secretRef, "name", namespace),
      ]),
      ...listOf(container.env).flatMap(({ valueFrom }) => [
        problem(get, "configmap", tree(valueFrom).configMapKeyRef, "name", namespace),
        problem(get, "secret", tree(valueFrom).secretKeyRef, "name", namespace),
      ]),
    ];
    const message = wanted.find((one) => one !== undefined);
    if (message) return { container: container.name, message };
  }
  return undefined;
}

function problem(
  get: (plural: string, name: string) => Stored | undefined,
  kind: "configmap" | "secret",
  reference: unknown,
  nameField: string,
  namespace: string,
): string | undefined {
  const source = tree(reference);
  const name = source[nameField];
  if (typeof name !== "string" || source.optional === true) return undefined;
  const object = get(`${kind}s`, name);
  if (!object) return `${kind} "${name}" not found`;
  const keys = [source.key, ...listOf(source.items).map((one) => one.key)];
  const held = { ...tree(object.data), ...tree(object.binaryData) };
  const missing = keys.find((key) => typeof key === "string" && !Object.hasOwn(held, key));
  const word = kind === "configmap" ? "ConfigMap" : "Secret";
  return missing === undefined
    ? undefined
    : `couldn't find key ${String(missing)} in ${word} ${namespace}/${name}`;
}

function listOf(value: unknown): Tree[] {
  return Array.isArray(value) ? value.map(tree) : [];
}

function tree(value: unknown): Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Tree)
    : {};
}
