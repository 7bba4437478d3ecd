import { setTimeout as sleep } from "node:timers/promises";
import type { AdapterContext } from "@/lib/integrations/adapter";
import type { DeployFollower, ObservedDeployment } from "@/lib/integrations/deploy-source";
import type { SourceError } from "@/lib/integrations/source-error";
import { configNeeds } from "@/lib/rules/config-references";
import { followConfig, type Referrer } from "./kubernetes-config-follow";
import { Deployment, ReplicaSet, uidOf } from "./kubernetes-objects";
import { observe, ownerUid, REVISION } from "./kubernetes-observe";
import { canonicalJson } from "./kubernetes-template";
import type { Transport } from "./kubernetes-transport";
import { watchCollection } from "./kubernetes-watch";

// One release writes several objects within milliseconds; they are told as one.
const COALESCE_MS = 50;
// How long a Deployment may wait for its controller to have looked at it, and for the ReplicaSet that
// its revision speaks of (two streams, no order): until then every touch looks like a rollout.
const INCOMPLETE_MS = 500;
const RETRY_FOLLOWER_MS = 1_000;

type Kind = "deployments" | "replicasets";
type Stream = { isListed: boolean; isInTrouble: boolean; aliveAt: Date | null };

/**
 * Follows Deployments and their ReplicaSets in the namespaces (none: in all of them) and tells the
 * follower of each change once, in order, until `signal` aborts.
 */
export async function followDeployments(
  transport: Transport,
  context: AdapterContext,
  options: { namespaces: string[]; silentAfterMs: number; secrets: "follow" | "ignore" },
  follower: DeployFollower,
  signal: AbortSignal,
): Promise<void> {
  const config = follower.config
    ? followConfig(transport, context, options, follower.config, signal)
    : null;
  const deployments = new Map<string, Deployment>();
  const replicaSets = new Map<string, ReplicaSet>();
  const ownedBy = new Map<string, Set<string>>();
  /** What the follower was last told, by uid. */
  const told = new Map<string, { text: string; namespace: string; name: string }>();
  /** What it has yet to be told, oldest first: uid and when we noticed. */
  const pending = new Map<string, { since: Date; noticedAt: number }>();
  const streams: Stream[] = [];
  let isListedTold = false;
  /** Something there is could not be read, so what was listed isn't all. */
  let hasLeftOut = false;
  let wake = Promise.withResolvers<void>();

  function mark(uid: string): void {
    if (pending.has(uid)) return;
    pending.set(uid, { since: context.now(), noticedAt: performance.now() });
    wake.resolve();
  }

  function putDeployment(raw: unknown): string | null {
    const parsed = Deployment.safeParse(raw);
    if (!parsed.success) return skip("Deployment", parsed.error);
    const { uid } = parsed.data.metadata;
    deployments.set(uid, parsed.data);
    mark(uid);
    return uid;
  }

  function putReplicaSet(raw: unknown): string | null {
    const parsed = ReplicaSet.safeParse(raw);
    if (!parsed.success) return skip("ReplicaSet", parsed.error);
    const { uid } = parsed.data.metadata;
    const owner = ownerUid(parsed.data);
    if (owner === null) return null;
    replicaSets.set(uid, parsed.data);
    const siblings = ownedBy.get(owner) ?? new Set();
    ownedBy.set(owner, siblings.add(uid));
    mark(owner);
    return uid;
  }

  function dropDeployment(uid: string): void {
    if (deployments.delete(uid)) mark(uid);
  }

  function dropReplicaSet(uid: string): void {
    const gone = replicaSets.get(uid);
    const owner = gone && ownerUid(gone);
    replicaSets.delete(uid);
    if (!owner) return;
    const siblings = ownedBy.get(owner);
    siblings?.delete(uid);
    if (siblings?.size === 0) ownedBy.delete(owner);
    mark(owner);
  }

  function skip(kind: string, error: unknown): null {
    hasLeftOut = true;
    context.log.warn({ source: context.name, error }, `left out a ${kind} that can't be read`);
    return null;
  }

  function follow(kind: Kind, namespace: string | null): Promise<void> {
    const stream: Stream = { isListed: false, isInTrouble: false, aliveAt: null };
    streams.push(stream);
    const known: Map<string, Deployment | ReplicaSet> =
      kind === "deployments" ? deployments : replicaSets;
    const put = kind === "deployments" ? putDeployment : putReplicaSet;
    const drop = kind === "deployments" ? dropDeployment : dropReplicaSet;
    const isHere = (one: Deployment | ReplicaSet) =>
      namespace === null || one.metadata.namespace === namespace;
    const path = namespace
      ? `/apis/apps/v1/namespaces/${namespace}/${kind}`
      : `/apis/apps/v1/${kind}`;
    return watchCollection(
      transport,
      {
        path,
        onList(items) {
          for (const item of items) put(item);
          const listed = new Set(items.map(uidOf));
          // What vanished while nobody was looking.
          for (const [uid, one] of known) if (isHere(one) && !listed.has(uid)) drop(uid);
          stream.isListed = true;
          wake.resolve();
        },
        onEvent(type, object) {
          const uid = put(object);
          if (type === "DELETED" && uid) drop(uid);
        },
        onAlive() {
          stream.isInTrouble = false;
          stream.aliveAt = context.now();
          tellCurrent();
        },
        onTrouble(error) {
          if (!stream.isInTrouble) {
            context.log.warn({ source: context.name, error }, "the cluster can't be watched");
          }
          stream.isInTrouble = true;
          follower.onSilent(silence(error, stream.aliveAt));
        },
      },
      options,
      signal,
    );
  }

  /** All streams together know everything only as of the one that was heard longest ago. */
  function tellCurrent(): void {
    const times = streams.map(({ aliveAt, isInTrouble }) => (isInTrouble ? null : aliveAt));
    if (times.some((one) => one === null)) return;
    const oldest = Math.min(...times.map((one) => one?.getTime() ?? 0));
    follower.onCurrent(new Date(oldest));
  }

  function isComplete(uid: string): boolean {
    const deployment = deployments.get(uid);
    if (!deployment) return true;
    const { metadata, status } = deployment;
    if (status.observedGeneration < (metadata.generation ?? 0)) return false;
    const wanted = metadata.annotations?.[REVISION];
    if (!wanted) return true;
    for (const owned of ownedBy.get(uid) ?? []) {
      if (replicaSets.get(owned)?.metadata.annotations?.[REVISION] === wanted) return true;
    }
    return false;
  }

  async function tell(uid: string, since: Date): Promise<void> {
    const before = told.get(uid);
    const deployment = deployments.get(uid);
    if (!deployment) {
      config?.refer(uid, null);
      if (before) {
        await follower.onGone({ namespace: before.namespace, name: before.name, uid }, since);
      }
      told.delete(uid);
      return;
    }
    const owned = [...(ownedBy.get(uid) ?? [])].flatMap((one) => replicaSets.get(one) ?? []);
    const observed = observe(deployment, owned);
    // Who wrote it last is told with what was written, not for a later write of something else.
    const text = canonicalJson({ ...observed, writtenBy: null });
    if (text === before?.text) return;
    await follower.onDeployment(observed, since);
    told.set(uid, { text, namespace: observed.namespace, name: observed.name });
    config?.refer(uid, referrerOf(observed));
  }

  async function tellAll(): Promise<void> {
    while (!signal.aborted) {
      await wake.promise;
      wake = Promise.withResolvers();
      await pause(COALESCE_MS);
      if (!streams.every((one) => one.isListed)) continue;
      for (const [uid, { since, noticedAt }] of [...pending]) {
        if (signal.aborted) return;
        if (!isComplete(uid) && performance.now() - noticedAt < INCOMPLETE_MS) {
          wake.resolve();
          continue;
        }
        // Taken off first: what changes while the follower works is told afterwards.
        pending.delete(uid);
        try {
          await tell(uid, since);
        } catch (error) {
          context.log.warn({ source: context.name, error }, "a change could not be recorded");
          pending.set(uid, { since, noticedAt });
          wake.resolve();
          await pause(RETRY_FOLLOWER_MS);
        }
      }
      if (!isListedTold && !hasLeftOut && pending.size === 0) await tellListed();
    }
  }

  async function tellListed(): Promise<void> {
    const present = [...deployments.values()].map(({ metadata: { namespace, name } }) => ({
      namespace,
      name,
    }));
    try {
      await follower.onListed(present, context.now());
      isListedTold = true;
    } catch (error) {
      context.log.warn({ source: context.name, error }, "what was listed could not be recorded");
      wake.resolve();
      await pause(RETRY_FOLLOWER_MS);
    }
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }

  signal.addEventListener("abort", () => wake.resolve(), { once: true });
  const namespaces = options.namespaces.length > 0 ? options.namespaces : [null];
  const watching = namespaces.flatMap((one) => [
    follow("deployments", one),
    follow("replicasets", one),
  ]);
  await Promise.all([tellAll(), ...watching, config?.done]);
}

function referrerOf(observed: ObservedDeployment): Referrer {
  const { namespace, name, template, revisions } = observed;
  const kept = revisions.flatMap((one) => configNeeds(one.template));
  return { namespace, name, live: configNeeds(template), kept };
}

function silence(error: SourceError, aliveAt: Date | null): string {
  const since = aliveAt
    ? `What is shown is as of ${aliveAt.toISOString().slice(11, 19)} UTC; trying again.`
    : "Nothing has been heard yet; trying again.";
  return `${error.sentence} ${since}`;
}
