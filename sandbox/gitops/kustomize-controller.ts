import {
  conditionOf,
  durationMs,
  KUSTOMIZE,
  type Kustomization,
  keyOf,
  REQUESTED_AT,
  readKey,
  SOURCE,
  sourceRevision,
  writeStatus,
} from "./flux-objects.ts";
import type { GitSource } from "./git-source.ts";
import { type KubeClient, type KubeObject, resourceOf } from "./kube-client.ts";
import { Loop } from "./loop.ts";
import { marked, readManifests } from "./manifests.ts";
import { threeWayPatch } from "./three-way-patch.ts";

const RECONCILE = "kustomize.toolkit.fluxcd.io/reconcile";

type Options = {
  client: KubeClient;
  git: GitSource;
  now: () => number;
  report: (sentence: string) => void;
};

/**
 * Flux's kustomize controller: at each interval, and at each new commit, makes the cluster what a
 * Kustomization's folder declares, whoever changed it meanwhile, unless it is suspended.
 */
export class KustomizeController {
  readonly #options: Options;
  readonly #loop: Loop;
  readonly #known = new Map<string, Kustomization>();
  readonly #lastRunMs = new Map<string, number>();

  constructor(options: Options) {
    this.#options = options;
    this.#loop = new Loop((key) => this.#reconcile(key));
    const { client } = options;
    client.watch(KUSTOMIZE, "Kustomization", (object) => {
      this.#known.set(keyOf(object), object as Kustomization);
      this.#loop.wake(keyOf(object));
    });
    client.watch(SOURCE, "GitRepository", (source) => {
      for (const [key, { spec, metadata }] of this.#known) {
        const namespace = spec.sourceRef.namespace ?? metadata.namespace;
        if (`${namespace}/${spec.sourceRef.name}` === keyOf(source)) this.#loop.wake(key);
      }
    });
  }

  stop(): void {
    this.#loop.stop();
    this.#options.client.stop();
  }

  async #reconcile(key: string): Promise<void> {
    const { client, now, report } = this.#options;
    const found = await readKey<Kustomization>(client, KUSTOMIZE, "Kustomization", key);
    if (!found) this.#known.delete(key);
    if (!found || found.spec.suspend) {
      // Once resumed, it begins at once.
      this.#lastRunMs.delete(key);
      return;
    }
    const source = await sourceRevision(client, found, found.spec.sourceRef);
    if (!source) return this.#loop.wakeAfter(key, 1_000);
    const intervalMs = durationMs(found.spec.interval);
    const retryMs = durationMs(found.spec.retryInterval ?? found.spec.interval);
    const { status, metadata } = found;
    const isFailing = status?.conditions?.some(
      (one) => one.type === "Ready" && one.status === "False",
    );
    const dueMs = (this.#lastRunMs.get(key) ?? 0) + (isFailing ? retryMs : intervalMs) - now();
    const isDue =
      dueMs <= 0 ||
      status?.observedGeneration !== metadata.generation ||
      status?.lastAttemptedRevision !== source.revision ||
      status?.lastHandledReconcileAt !== metadata.annotations?.[REQUESTED_AT];
    if (!isDue) return this.#loop.wakeAfter(key, dueMs);
    this.#lastRunMs.set(key, now());
    const outcome = await this.#apply(found, source.commit);
    if (outcome.problem) report(`Flux couldn’t apply ${metadata.name}: ${outcome.problem}`);
    else if (outcome.changed.length > 0)
      report(`Flux made ${outcome.changed.join(", ")} what git declares.`);
    const ready = outcome.problem
      ? { status: "False" as const, reason: "ReconciliationFailed", message: outcome.problem }
      : {
          status: "True" as const,
          reason: "ReconciliationSucceeded",
          message: `Applied revision: ${source.revision}`,
        };
    const { generation } = metadata;
    await writeStatus(client, found, {
      observedGeneration: generation,
      lastHandledReconcileAt: metadata.annotations?.[REQUESTED_AT],
      lastAttemptedRevision: source.revision,
      ...(!outcome.problem && {
        lastAppliedRevision: source.revision,
        inventory: { entries: outcome.inventory },
      }),
      conditions: [
        conditionOf(
          status?.conditions,
          { type: "Ready", ...ready, observedGeneration: generation },
          now(),
        ),
      ],
    });
    this.#loop.wakeAfter(key, outcome.problem ? retryMs : intervalMs);
  }

  async #apply(kustomization: Kustomization, commit: string) {
    const { client, git } = this.#options;
    const { spec, metadata, status } = kustomization;
    const inventory: { id: string; v: string }[] = [];
    const changed: string[] = [];
    try {
      const files = await git.files(commit, spec.path ?? ".");
      const namespace = spec.targetNamespace ?? "default";
      for (const manifest of readManifests(files, namespace)) {
        const wanted = owned(
          manifest,
          metadata.name,
          metadata.namespace ?? "",
          spec.targetNamespace,
        );
        inventory.push(inventoryEntry(wanted));
        if (await this.#applyOne(wanted)) changed.push(wanted.metadata.name);
      }
      if (spec.prune) {
        const kept = new Set(inventory.map(({ id }) => id));
        for (const { id, v } of status?.inventory?.entries ?? []) {
          if (!kept.has(id)) await client.delete(refOf(id, v));
        }
      }
      return { problem: null, inventory, changed };
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      return { problem, inventory, changed };
    }
  }

  async #applyOne(wanted: KubeObject): Promise<boolean> {
    const { client } = this.#options;
    const live = await client.get(wanted);
    const { labels, annotations } = live?.metadata ?? {};
    if (annotations?.[RECONCILE] === "disabled" || labels?.[RECONCILE] === "disabled") return false;
    if (live && Object.keys(threeWayPatch(null, wanted, live)).length === 0) return false;
    try {
      await client.apply(wanted);
    } catch (error) {
      const { namespace, name } = wanted.metadata;
      const said = error instanceof Error ? error.message : String(error);
      throw new Error(`${wanted.kind}/${namespace}/${name} dry-run failed: ${said}`);
    }
    return true;
  }
}

/** The object with the marks that say which Kustomization keeps it. */
function owned(object: KubeObject, name: string, namespace: string, target?: string): KubeObject {
  const labels = {
    "kustomize.toolkit.fluxcd.io/name": name,
    "kustomize.toolkit.fluxcd.io/namespace": namespace,
  };
  const placed =
    target && resourceOf(object).namespaced
      ? { ...object, metadata: { ...object.metadata, namespace: target } }
      : object;
  return marked(placed, { labels });
}

function inventoryEntry(object: KubeObject): { id: string; v: string } {
  const { group, version } = resourceOf(object);
  const { namespace = "", name } = object.metadata;
  return { id: `${namespace}_${name}_${group}_${object.kind}`, v: version };
}

function refOf(id: string, version: string) {
  const [namespace, name = "", group, kind = ""] = id.split("_");
  const apiVersion = group ? `${group}/${version}` : version;
  return { apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } };
}
