import type { Blocker, Warning } from "@/lib/contracts/lever";
import type { PodTemplate } from "@/lib/contracts/pod-template";
import type { ConfigKind, ConfigNeed } from "@/lib/rules/config-references";
import type { DeployGuard } from "./deploy-guard";

export type { PodTemplate } from "@/lib/contracts/pod-template";

/** A Deployment inside one source. */
export type DeploymentName = { namespace: string; name: string };

/** One revision in a Deployment's history: a ReplicaSet. */
export type ObservedRevision = {
  revision: number;
  replicaSet: string;
  /** Without the `pod-template-hash` label that the controller adds. */
  template: PodTemplate;
  /** SHA-256 of the canonical template: equal templates have equal hashes in every source. */
  templateHash: string;
  changeCause: string | null;
  annotations: Record<string, string>;
  /** Creation of the ReplicaSet: old when an old one is reused. */
  createdAt: string;
  /** Revision numbers this ReplicaSet had before (deployment.kubernetes.io/revision-history). */
  earlierRevisions: number[];
  images: { container: string; image: string; digest: string | null }[];
  readyReplicas: number;
};

export type Rollout = {
  state: "rolling" | "complete" | "stuck" | "paused";
  /** "2 of 5 pods", or why it is stuck. */
  sentence: string;
  desired: number;
  updated: number;
  available: number;
  /** When the cluster said the rollout of the live revision was last moving (its Progressing condition). */
  updatedAt: string | null;
};

export type ObservedDeployment = {
  namespace: string;
  name: string;
  uid: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  paused: boolean;
  revisionHistoryLimit: number;
  /** The live template exactly as the cluster gave it; it may have no ReplicaSet yet. */
  template: PodTemplate;
  templateHash: string;
  /** Revision of the live template; null until the controller has numbered it. */
  revision: number | null;
  /** Oldest first. */
  revisions: ObservedRevision[];
  rollout: Rollout;
  /**
   * The Restoration that last wrote its id here, if any. The controller copies it to every ReplicaSet
   * that becomes current afterwards, so it names the rollout in which it first appeared, not later ones.
   */
  restorationId: string | null;
  /** Who last wrote the Pod template (its managed fields), or null when the cluster doesn't say. */
  writtenBy?: { manager: string; at: string } | null;
};

/** A ConfigMap or Secret inside one source. */
export type ConfigName = { namespace: string; objectKind: ConfigKind; name: string };

/** What a ConfigMap or Secret holds, without any of its values. */
export type ConfigContent = {
  uid: string;
  createdAt: string;
  /** When its content was last written, as the cluster says. */
  changedAt: string;
  /** The program that wrote it. */
  writtenBy: string | null;
  isImmutable: boolean;
  /** Key to the keyed hash of its value. */
  keys: Record<string, string>;
};

export type ObservedConfig = ConfigName & {
  /** Null when there is no such object. */
  content: ConfigContent | null;
  /** Followed Deployments that refer to it: by their live template, or only by an earlier one. */
  referredBy: { deployment: string; isLive: boolean; need: ConfigNeed }[];
};

/** One object, asked for by name just now. */
export type ConfigReading = ConfigName &
  (
    | { state: "there"; content: ConfigContent }
    | { state: "gone" }
    /** Not ours to read: why, for the user. */
    | { state: "unknown"; because: string }
  );

/** Gives a value's keyed hash: equal for equal texts, and nothing else can be told from it. */
export type Fingerprint = (text: string) => string;

/** Told of the configuration that followed Deployments refer to. Each call is awaited, in order. */
export type ConfigFollower = {
  fingerprint: Fingerprint;
  /** An object changed, came, went, or was first seen or first referred to. */
  onConfig(config: ObservedConfig, at: Date): Promise<void>;
};

/** Told what a followed source sees. Each call is awaited, in order. */
export type DeployFollower = {
  /** A Deployment or one of its ReplicaSets changed, or was first seen. */
  onDeployment(deployment: ObservedDeployment, at: Date): Promise<void>;
  onGone(deployment: DeploymentName & { uid: string }, at: Date): Promise<void>;
  /** Once, when all that there is was listed, could be read and was told: the Deployments there are. */
  onListed(present: DeploymentName[], at: Date): Promise<void>;
  /** Knowledge is complete and current as of `at`: after a list, on bookmarks, on every event. */
  onCurrent(at: Date): void;
  /** Knowledge is ageing: why, for the user. */
  onSilent(problem: string): void;
  /** Without it no ConfigMap or Secret is asked for. */
  config?: ConfigFollower;
};

/** What the user looked at before pressing. */
export type SeenDeployment = { uid: string; templateHash: string };

export type RollbackRequest = DeploymentName & {
  seen: SeenDeployment;
  /** The template the user saw as live: tested in the same patch that replaces it. */
  template: PodTemplate;
  /** The template to return to; from the cluster's history or from the ledger. */
  to: PodTemplate;
  changeCause: string;
  restorationId: string;
};

export type RollbackAnswer =
  | { outcome: "accepted"; at: string }
  | { outcome: "unchanged"; because: string }
  /** Somebody changed the Deployment since it was shown. */
  | { outcome: "changed"; because: string; live: ObservedDeployment }
  | { outcome: "refused"; blocker: Blocker };

/** A system that deploys: keeps a history of revisions and can return to one. */
export type DeploySource = {
  readonly kind: "deploys";
  readonly product: string;
  /** Answers when reachable and authorised; throws SourceError otherwise. */
  check(): Promise<{ version: string }>;
  /** Lists, then watches, until `signal` aborts. Reconnects by itself; never throws for an outage. */
  follow(follower: DeployFollower, signal: AbortSignal): Promise<void>;
  /** A fresh read, past every cache. Throws SourceError `not-found`. */
  read(deployment: DeploymentName): Promise<ObservedDeployment>;
  /** Objects by name, past every cache: one answer for each, in order. Throws for an outage only. */
  readConfig(names: ConfigName[], fingerprint: Fingerprint): Promise<ConfigReading[]>;
  /** Can we return to `template`? Permission, paused, already there; runs a server-side dry run. */
  previewRollback(
    deployment: DeploymentName,
    template: PodTemplate,
  ): Promise<{
    live: ObservedDeployment;
    blockers: Blocker[];
    warnings: Warning[];
    checks: string[];
  }>;
  /** One patch, at most one request. Throws SourceError with `mayHaveActed` when the answer was lost. */
  rollBack(request: RollbackRequest): Promise<RollbackAnswer>;
  /** Page about the Deployment in some console, or null. */
  urlOf(deployment: DeploymentName): string | null;
  /** Null for a product that can't hold anything back. */
  readonly guard: DeployGuard | null;
};
