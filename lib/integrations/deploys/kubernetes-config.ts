import * as z from "zod";
import type {
  ConfigContent,
  ConfigName,
  ConfigReading,
  Fingerprint,
} from "@/lib/integrations/deploy-source";
import type { ConfigKind } from "@/lib/rules/config-references";
import { errorOfStatus, unreadable } from "./kubernetes-errors";
import type { KubernetesSettings } from "./kubernetes-settings";
import type { Transport } from "./kubernetes-transport";

const Values = z.record(z.string(), z.string()).nullish();

// Annotations are left out on purpose: what `kubectl apply` writes there repeats the values.
const Written = z.object({
  manager: z.string().default(""),
  time: z.string().optional(),
  subresource: z.string().optional(),
  fieldsV1: z.record(z.string(), z.unknown()).optional(),
});

const ConfigObject = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    creationTimestamp: z.string(),
    managedFields: z.array(Written).default([]),
  }),
  immutable: z.boolean().nullish(),
  data: Values,
  binaryData: Values,
});

/** Name and content of a ConfigMap or Secret as the cluster gave it; null when it can't be read. */
export function readConfigObject(
  objectKind: ConfigKind,
  raw: unknown,
  fingerprint: Fingerprint,
): { name: ConfigName; content: ConfigContent } | null {
  const parsed = ConfigObject.safeParse(raw);
  if (!parsed.success) return null;
  const { metadata, data, binaryData, immutable } = parsed.data;
  const { namespace, name, uid } = metadata;
  const keys: Record<string, string> = {};
  const keep = (key: string, base64: string) => {
    // Bound to its place, so that equal values in two places don't show as equal.
    keys[key] = fingerprint(`${objectKind}\n${namespace}/${name}\n${key}\n${base64}`);
  };
  for (const [key, value] of Object.entries(data ?? {})) {
    keep(key, objectKind === "Secret" ? value : Buffer.from(value).toString("base64"));
  }
  for (const [key, value] of Object.entries(binaryData ?? {})) keep(key, value);
  const createdAt = new Date(metadata.creationTimestamp).toISOString();
  const last = lastWrite(metadata.managedFields);
  return {
    name: { namespace, objectKind, name },
    content: {
      uid,
      createdAt,
      changedAt: last?.time ? new Date(last.time).toISOString() : createdAt,
      writtenBy: last?.manager || null,
      isImmutable: immutable === true,
      keys,
    },
  };
}

/** Who wrote its content last, among all that wrote something of it. */
function lastWrite(managedFields: z.infer<typeof Written>[]) {
  const writes = managedFields.filter((one) => one.time && !one.subresource);
  const ofContent = writes.filter(
    ({ fieldsV1 = {} }) => "f:data" in fieldsV1 || "f:binaryData" in fieldsV1,
  );
  const candidates = ofContent.length > 0 ? ofContent : writes;
  return candidates.toSorted((a, b) => Date.parse(a.time ?? "") - Date.parse(b.time ?? "")).at(-1);
}

export const PLURALS = { ConfigMap: "configmaps", Secret: "secrets" } as const;

/** See DeploySource. */
export async function readConfig(
  transport: Transport,
  settings: Pick<KubernetesSettings, "secrets">,
  names: ConfigName[],
  fingerprint: Fingerprint,
): Promise<ConfigReading[]> {
  return Promise.all(names.map((one) => readOne(transport, settings, one, fingerprint)));
}

async function readOne(
  transport: Transport,
  settings: Pick<KubernetesSettings, "secrets">,
  { namespace, objectKind, name }: ConfigName,
  fingerprint: Fingerprint,
): Promise<ConfigReading> {
  const known = { namespace, objectKind, name };
  if (objectKind === "Secret" && settings.secrets === "ignore") {
    return { ...known, state: "unknown", because: "Known Good isn\u2019t set to read Secrets" };
  }
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/${PLURALS[objectKind]}/${encodeURIComponent(name)}`;
  const answer = await transport.send({ method: "GET", path });
  if (answer.status === 404) return { ...known, state: "gone" };
  if (answer.status === 403) return { ...known, state: "unknown", because: notAllowed(objectKind) };
  if (answer.status !== 200) throw errorOfStatus(answer);
  const read = readConfigObject(objectKind, answer.body, fingerprint);
  // What it is that can't be read stays here: it may hold a secret.
  if (!read) throw unreadable(`${objectKind} ${name}`, null);
  return { ...known, state: "there", content: read.content };
}

export function notAllowed(objectKind: ConfigKind): string {
  return `Known Good may not read ${objectKind}s here`;
}
