import { type Cluster, putAs } from "./cluster.ts";
import type { ControllerTools } from "./controller-tools.ts";
import {
  createReplicaSet,
  replicaAnnotations,
  type Sets,
  setsOf,
} from "./deployment-replicasets.ts";
import {
  calculateStatus,
  condition,
  conditionOf,
  deadlineMs,
  isComplete,
  progressedStatus,
  withCondition,
} from "./deployment-status.ts";
import type { Deployment, DeploymentStatus, ReplicaSet } from "./kube-object.ts";
import { proportionalSizes } from "./proportional-scaling.ts";
import {
  copiedAnnotations,
  DESIRED_REPLICAS,
  maxRevision,
  REVISION,
  revisionOf,
  withNewRevision,
} from "./revision-annotations.ts";
import { newReplicaSetSize } from "./rolling-limits.ts";
import { oldScaleDowns } from "./rolling-update.ts";
import { sameValue } from "./same-value.ts";

/**
 * The Deployment controller: one step per sync, each seeing what the step before it wrote, so that
 * watchers see the same order of changes as on a real cluster.
 */
export class DeploymentController {
  readonly #cluster: Cluster;
  readonly #events: ControllerTools["events"];
  readonly #requeue: ControllerTools["requeue"];

  constructor({ cluster, events, requeue }: ControllerTools) {
    this.#cluster = cluster;
    this.#events = events;
    this.#requeue = requeue;
  }

  /** Brings one Deployment, named "namespace/name", a step nearer to its spec. */
  sync(key: string): void {
    const [namespace = "", name = ""] = key.split("/");
    const found = this.#cluster.store.get("deployments", namespace, name) as Deployment | undefined;
    if (!found || found.metadata.deletionTimestamp) return;
    const deployment = this.#withPausedCondition(found);
    const paused = deployment.spec.paused === true;
    if (paused || this.#isScaling(deployment)) {
      const { sets, current } = this.#findSets(deployment, false);
      this.#scale(current, sets);
      if (paused) this.#cleanUp(current, sets.old);
      const after = setsOf(this.#cluster, current);
      this.#writeStatus(
        current,
        calculateStatus(current, after.all, after.newest, this.#cluster.now()),
      );
      return;
    }
    this.#rollOut(deployment);
  }

  #rollOut(deployment: Deployment): void {
    const { sets, current } = this.#findSets(deployment, true);
    const moved =
      current.spec.strategy.type === "Recreate"
        ? this.#recreate(current, sets)
        : this.#rollNew(current, sets) || this.#rollOld(current, sets);
    if (!moved && isComplete(current, current.status)) this.#cleanUp(current, sets.old);
    const after = setsOf(this.#cluster, current);
    const nowMs = this.#cluster.now();
    const counted = calculateStatus(current, after.all, after.newest, nowMs);
    this.#writeStatus(current, progressedStatus(current, counted, after.newest, nowMs));
  }

  /** Finds the ReplicaSet of the current template, or makes it, and numbers it. */
  #findSets(deployment: Deployment, create: boolean): { sets: Sets; current: Deployment } {
    const sets = setsOf(this.#cluster, deployment);
    const revision = maxRevision(sets.old) + 1;
    if (sets.newest) {
      const copied = { ...sets.newest.metadata.annotations, ...copiedAnnotations(deployment) };
      const annotations = withNewRevision(copied, revision);
      let newest = sets.newest;
      if (!sameValue(annotations, newest.metadata.annotations)) {
        newest = this.#put({ ...newest, metadata: { ...newest.metadata, annotations } });
      }
      const found = `Found new replica set "${newest.metadata.name}"`;
      const current = this.#announce(deployment, revisionOf(newest), (status) =>
        conditionOf(status, "Progressing")
          ? status
          : this.#progressing(status, "FoundNewReplicaSet", found),
      );
      return { sets: setsOf(this.#cluster, current), current };
    }
    if (!create) return { sets, current: deployment };
    const made = createReplicaSet(this.#cluster, deployment, sets.all, revision);
    if (made.spec.replicas > 0) this.#tellScaled(deployment, made, 0);
    const current = this.#announce(deployment, revision, (status) =>
      this.#progressing(
        status,
        "NewReplicaSetCreated",
        `Created new replica set "${made.metadata.name}"`,
      ),
    );
    return { sets: setsOf(this.#cluster, current), current };
  }

  #progressing(status: DeploymentStatus, reason: string, message: string): DeploymentStatus {
    return withCondition(
      status,
      condition("Progressing", "True", reason, message, this.#cluster.now()),
    );
  }

  #announce(
    deployment: Deployment,
    revision: number,
    next: (status: DeploymentStatus) => DeploymentStatus,
  ): Deployment {
    const status =
      deployment.spec.progressDeadlineSeconds === undefined
        ? deployment.status
        : next(deployment.status);
    const numbered = deployment.metadata.annotations?.[REVISION] === String(revision);
    if (numbered && status === deployment.status) return deployment;
    const annotations = { ...deployment.metadata.annotations, [REVISION]: String(revision) };
    const metadata = { ...deployment.metadata, annotations };
    return putAs(this.#cluster, "deployments", { ...deployment, metadata, status }, "status");
  }

  #rollNew(deployment: Deployment, { newest, all }: Sets): boolean {
    if (!newest || newest.spec.replicas === deployment.spec.replicas) return false;
    const size =
      newest.spec.replicas > deployment.spec.replicas
        ? deployment.spec.replicas
        : newReplicaSetSize(deployment, all, newest.spec.replicas);
    return this.#resize(deployment, newest, size);
  }

  #rollOld(deployment: Deployment, sets: Sets): boolean {
    const steps = oldScaleDowns(deployment, sets.newest, sets.old);
    for (const { replicaSet, replicas } of steps) this.#resize(deployment, replicaSet, replicas);
    return steps.length > 0;
  }

  #recreate(deployment: Deployment, { newest, old }: Sets): boolean {
    const active = old.filter((one) => one.spec.replicas > 0);
    for (const one of active) this.#resize(deployment, one, 0);
    if (active.length > 0) return true;
    if (old.some((one) => one.status.replicas > 0)) return false;
    return newest ? this.#resize(deployment, newest, deployment.spec.replicas) : false;
  }

  /** Changes a ReplicaSet's size and the figures it carries; true when the size changed. */
  #resize(deployment: Deployment, given: ReplicaSet, replicas: number): boolean {
    const { namespace = "", name } = given.metadata;
    const replicaSet = (this.#cluster.store.get("replicasets", namespace, name) ??
      given) as ReplicaSet;
    const annotations = {
      ...replicaSet.metadata.annotations,
      ...replicaAnnotations(deployment),
    };
    const before = replicaSet.spec.replicas;
    if (before === replicas && sameValue(annotations, replicaSet.metadata.annotations))
      return false;
    const generation = (replicaSet.metadata.generation ?? 0) + (before === replicas ? 0 : 1);
    const metadata = { ...replicaSet.metadata, annotations, generation };
    const after = this.#put({ ...replicaSet, metadata, spec: { ...replicaSet.spec, replicas } });
    if (before !== replicas) this.#tellScaled(deployment, after, before);
    return before !== replicas;
  }

  #tellScaled(deployment: Deployment, replicaSet: ReplicaSet, before: number): void {
    const after = replicaSet.spec.replicas;
    this.#events.record(
      { plural: "deployments", object: deployment },
      {
        type: "Normal",
        reason: "ScalingReplicaSet",
        message: `Scaled ${after > before ? "up" : "down"} replica set ${replicaSet.metadata.name} from ${before} to ${after}`,
        component: "deployment-controller",
      },
    );
  }

  #isScaling(deployment: Deployment): boolean {
    const wanted = String(deployment.spec.replicas);
    return setsOf(this.#cluster, deployment).all.some((one) => {
      const known = one.metadata.annotations?.[DESIRED_REPLICAS];
      return one.spec.replicas > 0 && known !== undefined && known !== wanted;
    });
  }

  #scale(deployment: Deployment, { newest, old, all }: Sets): void {
    const sizes = proportionalSizes(deployment, newest, old, all);
    for (const [replicaSet, replicas] of sizes) this.#resize(deployment, replicaSet, replicas);
  }

  #cleanUp(deployment: Deployment, old: ReplicaSet[]): void {
    const limit = deployment.spec.revisionHistoryLimit;
    if (limit === undefined) return;
    const surplus = old.length - limit;
    const oldest = [...old]
      .sort((a, b) => revisionOf(a) - revisionOf(b))
      .slice(0, Math.max(0, surplus));
    for (const { metadata, spec, status } of oldest) {
      const settled = (metadata.generation ?? 0) <= (status.observedGeneration ?? 0);
      if (status.replicas !== 0 || spec.replicas !== 0 || !settled) continue;
      this.#cluster.store.remove("replicasets", metadata.namespace ?? "", metadata.name);
    }
  }

  #withPausedCondition(deployment: Deployment): Deployment {
    if (deployment.spec.progressDeadlineSeconds === undefined) return deployment;
    const reason = conditionOf(deployment.status, "Progressing")?.reason;
    if (reason === "ProgressDeadlineExceeded") return deployment;
    const paused = deployment.spec.paused === true;
    if (paused === (reason === "DeploymentPaused")) return deployment;
    const told = paused ? "paused" : "resumed";
    const why = paused ? "DeploymentPaused" : "DeploymentResumed";
    const next = condition(
      "Progressing",
      "Unknown",
      why,
      `Deployment is ${told}`,
      this.#cluster.now(),
    );
    const status = withCondition(deployment.status, next);
    return putAs(this.#cluster, "deployments", { ...deployment, status }, "status");
  }

  #writeStatus(deployment: Deployment, status: DeploymentStatus): void {
    if (!sameValue(status, deployment.status)) {
      putAs(this.#cluster, "deployments", { ...deployment, status }, "status");
      return;
    }
    const due = deadlineMs(deployment, status);
    if (due === undefined) return;
    const key = `deployments:${deployment.metadata.namespace}/${deployment.metadata.name}`;
    // A second late, as the deadline must have passed and the condition's time is in whole seconds.
    this.#requeue(key, due - this.#cluster.now() + 1_000);
  }

  #put(replicaSet: ReplicaSet): ReplicaSet {
    return putAs(this.#cluster, "replicasets", replicaSet);
  }
}
