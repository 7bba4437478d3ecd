import * as z from "zod";
import type { DeliveryHold } from "@/lib/integrations/deploy-guard";
import type { HoldAnswer, HoldReading } from "@/lib/integrations/hold-answer";
import { momentInWords } from "@/lib/rules/moment-words";
import { counted } from "@/lib/rules/say";
import { errorOfStatus, statusOf, unreadable } from "./kubernetes-errors";
import { FREEZE_LABEL, whyNotEnforced } from "./kubernetes-freeze-policy";
import { lastWriter, ManagedField } from "./kubernetes-managed-fields";
import type { Answer, Transport } from "./kubernetes-transport";

const MANAGER = "known-good";
const REASON_CHARS = 500;
const IMAGE_CHARS = 500;
/** A ConfigMap holds 1 MiB; some of it is names and marks. */
const DATA_BYTES = 900_000;

const Parameters = z.object({
  metadata: z.object({
    labels: z.record(z.string(), z.string()).default({}),
    managedFields: z.array(ManagedField).default([]),
  }),
  data: z.record(z.string(), z.string()).default({}),
});

type Where = { freezeId: string; namespace: string };

export type HoldContext = {
  transport: Transport;
  now: () => Date;
  whoWeAre: () => Promise<string>;
  /** Namespaces we were told to follow; empty: all. */
  namespaces: string[];
};

/**
 * Holds deliveries into one namespace by the parameters that the freeze policy reads there. They carry
 * the expiry, by which the API server itself lets go, and our own name, which is never held.
 */
export async function holdDeliveries(
  { transport, now, whoWeAre, namespaces }: HoldContext,
  hold: DeliveryHold,
): Promise<HoldAnswer> {
  const { freezeId, namespace } = hold;
  const notFollowed = whyNotFollowed(namespaces, namespace);
  if (notFollowed) return refused(notFollowed, "whoever configures Known Good");
  if (hold.deployments.length === 0) {
    return refused(`There is no Deployment to hold in ${namespace}.`, null);
  }
  // Asked at the same time, but a cluster too old for policies doesn't tell names either.
  const name = whoWeAre();
  name.catch(() => undefined);
  const notEnforced = await whyNotEnforced(transport);
  if (notEnforced) return { outcome: "refused", ...notEnforced };
  const by = await name;
  const data = parametersOf(hold, by);
  const bytes = Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > DATA_BYTES) {
    const because = `${counted(hold.deployments.length, "Deployment")} and ${counted(hold.images.length, "image")} don’t fit into one object (${bytes} bytes): freeze everything instead.`;
    return refused(because, null);
  }
  const answer = await transport.send({
    method: "PATCH",
    path: `${pathOf(hold)}?fieldManager=${MANAGER}&force=true`,
    contentType: "application/apply-patch+yaml",
    mutates: true,
    body: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: nameOf(freezeId), namespace, labels: { [FREEZE_LABEL]: freezeId } },
      data,
    },
  });
  if (answer.status !== 200 && answer.status !== 201) return saidNo(answer, hold);
  const what =
    hold.deployments === "*" ? "any Deployment" : counted(hold.deployments.length, "Deployment");
  return {
    outcome: "held",
    at: now().toISOString(),
    sentence: `Nobody but ${by} can change the Pods of ${what} in ${namespace}, whoever asks: kubectl, Helm or a GitOps controller. The cluster itself lets go at ${momentInWords(data.until)}.`,
    was: null,
    endsByItself: true,
    commands: [removal(hold)],
    url: null,
  };
}

/** Why a namespace isn't ours to hold anything in; null when it is. */
export function whyNotFollowed(namespaces: string[], namespace: string): string | null {
  if (namespaces.length === 0 || namespaces.includes(namespace)) return null;
  return `Known Good follows only ${namespaces.join(", ")} in this cluster, not ${namespace}.`;
}

export async function releaseDeliveries(
  { transport, now }: HoldContext,
  where: Where,
): Promise<HoldAnswer> {
  const answer = await transport.send({ method: "DELETE", path: pathOf(where), mutates: true });
  if (answer.status >= 300 && answer.status !== 404) return saidNo(answer, where);
  const gone = answer.status === 404 ? "Nothing was held" : "Deliveries are no longer held";
  return {
    outcome: "released",
    at: now().toISOString(),
    sentence: `${gone} in ${where.namespace} for ${where.freezeId}.`,
  };
}

/** Whether the parameters are there as we wrote them, and the policy that reads them. */
export async function readDeliveryHold(
  { transport, now }: HoldContext,
  where: Where,
): Promise<HoldReading> {
  const [answer, notEnforced] = await Promise.all([
    transport.send({ method: "GET", path: pathOf(where) }),
    whyNotEnforced(transport),
  ]);
  const { freezeId, namespace } = where;
  if (answer.status === 404) {
    return absent(
      `ConfigMap ${nameOf(freezeId)} is gone from ${namespace}: nothing is held there.`,
    );
  }
  if (answer.status !== 200) throw errorOfStatus(answer);
  const parsed = Parameters.safeParse(answer.body);
  if (!parsed.success) throw unreadable(`ConfigMap ${nameOf(freezeId)}`, parsed.error);
  if (notEnforced) return absent(notEnforced.because);
  const { metadata, data } = parsed.data;
  const others = metadata.managedFields.filter(({ manager }) => manager !== MANAGER);
  const writer = lastWriter(others, ["data"]);
  if (writer || metadata.labels[FREEZE_LABEL] !== freezeId || data.freeze !== freezeId) {
    const by = writer?.manager ?? lastWriter(others, ["metadata", "labels"])?.manager ?? null;
    const who = by ? ` by ${by}` : "";
    return absent(`What is held in ${namespace} for ${freezeId} was changed${who}.`, by);
  }
  const until = Date.parse(data.until ?? "");
  if (!(until > now().getTime())) return absent(`It ended at ${data.until}, by itself.`);
  return { state: "held", sentence: `Deliveries into ${namespace} are held until ${data.until}.` };
}

function parametersOf(hold: DeliveryHold, by: string) {
  const { freezeId, incidentId, reason, deployments, images, until, url } = hold;
  return {
    freeze: freezeId,
    incident: incidentId ?? "",
    // It is shown by terminals, to whoever is refused.
    reason: reason
      .replace(/[\s\p{Cc}]+/gu, " ")
      .trim()
      .slice(0, REASON_CHARS),
    // Up, so that the cluster never lets go before the freeze ends.
    until: new Date(Math.ceil(until.getTime() / 1_000) * 1_000).toISOString().replace(".000Z", "Z"),
    deployments: deployments === "*" ? "*" : [...new Set(deployments)].sort().join("\n"),
    // No Pod template names an image with a space in it; a line break would let another one through.
    images: [...new Set(images)]
      .filter((image) => !/\s/.test(image) && image.length <= IMAGE_CHARS)
      .sort()
      .join("\n"),
    by,
    url,
  };
}

function nameOf(freezeId: string): string {
  return `known-good-freeze-${freezeId.toLowerCase()}`;
}

function pathOf({ freezeId, namespace }: Where): string {
  const name = encodeURIComponent(nameOf(freezeId));
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${name}`;
}

function removal({ freezeId, namespace }: Where): string {
  return `kubectl delete configmap ${nameOf(freezeId)} --namespace ${namespace}`;
}

/** A write that was refused for certain; anything else is an outage. */
function saidNo(answer: Answer, where: Where): HoldAnswer {
  const { message } = statusOf(answer);
  if (answer.status === 403) {
    const verbs = "create, patch and delete on configmaps";
    const because = `Known Good may not write ConfigMaps in ${where.namespace}. The cluster says: ${message}`;
    const who = `a cluster admin, who can grant ${verbs} in ${where.namespace}`;
    return { ...refused(because, who), commands: [removal(where)] };
  }
  if (answer.status === 404) return refused(`There is no namespace ${where.namespace}.`, null);
  if (answer.status === 400 || answer.status === 422) {
    return refused(`The cluster refuses to hold deliveries: ${message}`, "a cluster admin");
  }
  throw errorOfStatus(answer, { mutates: true });
}

function refused(because: string, who: string | null) {
  return { outcome: "refused" as const, because, who, commands: [] as string[] };
}

function absent(sentence: string, by: string | null = null): HoldReading {
  return { state: "absent", sentence, by };
}
