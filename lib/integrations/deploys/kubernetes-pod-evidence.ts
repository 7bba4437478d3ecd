import type { DeployGuard, PodEvidence } from "@/lib/integrations/deploy-guard";
import { errorOfStatus, unreadable } from "./kubernetes-errors";
import { Deployment, ListPage, ReplicaSet, selectorQuery } from "./kubernetes-objects";
import { ownerUid } from "./kubernetes-observe";
import { deploymentPath } from "./kubernetes-patch";
import { attempt, item, readLogs } from "./kubernetes-pod-logs";
import { logsOf, Pod, PodEvent, stateOfPod } from "./kubernetes-pod-objects";
import { hashTemplate, TEMPLATE_HASH_LABEL } from "./kubernetes-template";
import type { Transport } from "./kubernetes-transport";

type Query = Parameters<DeployGuard["readPodEvidence"]>[0];

const PAGE = 500;
const EVENT_PAGES = 10;

/** Parts of all bytes that statuses and events may take before the logs. */
const STATUS_SHARE = 1 / 4;
const EVENT_SHARE = 1 / 8;

/**
 * What the Pods of one template say, before they go. Throws SourceError when the Deployment can't be
 * read; what else can't be is told in its place.
 */
export async function readPodEvidence(transport: Transport, query: Query): Promise<PodEvidence[]> {
  const { deployment, maxBytes, signal } = query;
  const core = `/api/v1/namespaces/${encodeURIComponent(deployment.namespace)}`;
  const replicaSets = await readReplicaSets(transport, query);
  if (replicaSets.length === 0) {
    const problem = `No ReplicaSet of ${deployment.name} has that template any more.`;
    return [item("pods", "Pods", { problem })];
  }
  const [pods, events] = await Promise.all([
    attempt(signal, () => readPods(transport, core, replicaSets, signal)),
    attempt(signal, () => readEvents(transport, core, query, replicaSets)),
  ]);
  const kept: PodEvidence[] = [];
  if ("problem" in pods) kept.push(item("pods", "Pods", pods));
  else {
    const states = firstThatFit(pods.value.map(stateOfPod), Math.floor(maxBytes * STATUS_SHARE));
    kept.push(item("pods", `Pods of ${replicaSets.map(nameOf).join(", ")}`, states));
  }
  if ("problem" in events) kept.push(item("events", "Events", events));
  else {
    const { list, isCut } = events.value;
    const fitting = firstThatFit(list, Math.floor(maxBytes * EVENT_SHARE));
    const title = `Events of ${deployment.name} and its Pods`;
    kept.push(item("events", title, { ...fitting, isCut: fitting.isCut || isCut }));
  }
  const left = maxBytes - kept.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const wanted = "value" in pods ? logsOf(pods.value) : [];
  return [...kept, ...(await readLogs(transport, core, wanted, left, query))];
}

const nameOf = ({ metadata }: ReplicaSet) => metadata.name;

async function readReplicaSets(
  transport: Transport,
  { deployment, templateHash, signal }: Query,
): Promise<ReplicaSet[]> {
  const path = deploymentPath(deployment);
  const owner = Deployment.safeParse(await getJson(transport, path, signal));
  if (!owner.success) throw unreadable(`Deployment ${deployment.name}`, owner.error);
  const selector = encodeURIComponent(selectorQuery(owner.data.spec.selector));
  const sets = `${path.replace(/\/deployments\/.*$/, "/replicasets")}?labelSelector=${selector}`;
  const list = ListPage.safeParse(await getJson(transport, sets, signal));
  if (!list.success) throw unreadable(`the ReplicaSets of ${deployment.name}`, list.error);
  return (list.data.items ?? []).flatMap((raw) => {
    const { data } = ReplicaSet.safeParse(raw);
    const isIts = data && ownerUid(data) === owner.data.metadata.uid;
    return isIts && hashTemplate(data.spec.template) === templateHash ? [data] : [];
  });
}

async function readPods(
  transport: Transport,
  core: string,
  replicaSets: ReplicaSet[],
  signal: AbortSignal,
): Promise<Pod[]> {
  const uids = new Set(replicaSets.map(({ metadata }) => metadata.uid));
  const hashes = replicaSets.flatMap(({ metadata }) => metadata.labels[TEMPLATE_HASH_LABEL] ?? []);
  const selector = encodeURIComponent(`${TEMPLATE_HASH_LABEL} in (${hashes.join(",")})`);
  const body = await getJson(
    transport,
    `${core}/pods?limit=${PAGE}&labelSelector=${selector}`,
    signal,
  );
  return itemsOf(body, "its Pods").flatMap((raw) => {
    const { data } = Pod.safeParse(raw);
    return data?.metadata.ownerReferences.some(({ uid }) => uids.has(uid)) ? [data] : [];
  });
}

/** Events of the Deployment, its ReplicaSets and their Pods (also of Pods that are gone), newest first. */
async function readEvents(
  transport: Transport,
  core: string,
  { deployment, signal }: Query,
  replicaSets: ReplicaSet[],
): Promise<{ list: PodEvent[]; isCut: boolean }> {
  const found: PodEvent[] = [];
  let next: string | undefined;
  for (let page = 0; page < EVENT_PAGES; page += 1) {
    const more = next ? `&continue=${encodeURIComponent(next)}` : "";
    const body = await getJson(transport, `${core}/events?limit=${PAGE}${more}`, signal);
    for (const raw of itemsOf(body, "its events")) {
      const { data } = PodEvent.safeParse(raw);
      if (data && isAbout(data)) found.push(data);
    }
    next = ListPage.safeParse(body).data?.metadata.continue;
    if (!next) break;
  }
  const list = found.sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1));
  return { list, isCut: Boolean(next) };

  function isAbout({ involvedObject: { kind, name } }: PodEvent): boolean {
    if (kind === "Deployment") return name === deployment.name;
    return replicaSets.some((set) =>
      kind === "Pod" ? name.startsWith(`${nameOf(set)}-`) : name === nameOf(set),
    );
  }
}

const timeOf = ({ lastTimestamp, eventTime, firstTimestamp }: PodEvent) =>
  lastTimestamp ?? eventTime ?? firstTimestamp ?? "";

/** As many entries as fit into `bytes` of JSON, from the first on. */
function firstThatFit(entries: unknown[], bytes: number): { text: string; isCut: boolean } {
  for (let count = entries.length; count > 0; count = Math.floor(count / 2)) {
    const text = JSON.stringify(entries.slice(0, count), null, 1);
    if (Buffer.byteLength(text) <= bytes) return { text, isCut: count < entries.length };
  }
  return { text: "[]", isCut: entries.length > 0 };
}

async function getJson(transport: Transport, path: string, signal: AbortSignal): Promise<unknown> {
  const answer = await transport.send({ method: "GET", path, signal });
  if (answer.status !== 200) throw errorOfStatus(answer);
  return answer.body;
}

function itemsOf(body: unknown, what: string): unknown[] {
  const list = ListPage.safeParse(body);
  if (!list.success) throw unreadable(what, list.error);
  return list.data.items ?? [];
}
