import type { HoldPreview } from "@/lib/contracts/hold";
import type { OwnerKind } from "@/lib/contracts/owner";
import type { HoldAnswer, HoldReading } from "./hold-answer";

type DeploymentName = { namespace: string; name: string };

/** An object that keeps a Deployment as it is: an Argo CD Application, a Flux Kustomization … */
export type OwnerRef = { kind: OwnerKind; namespace: string; name: string };

/** Who keeps a Deployment as it is, and whether it can be told to leave it alone for a while. */
export type DeploymentOwner = OwnerRef & {
  /** "Argo CD application checkout" */
  title: string;
  /** What it does to a change that is made beside it, and in how long: a sentence. */
  sentence: string;
  /** Seconds until it takes such a change back by itself; null when it doesn't before a delivery. */
  undoesWithinSeconds: number | null;
  pausing: /** Active, and we may pause it. */
    | { state: "possible" }
    /** Paused already; `mark` is ours ("R-12", "F-3") when it was us. */
    | { state: "paused"; mark: string | null; sentence: string }
    /** There is nothing to pause: it acts only when somebody delivers. */
    | { state: "unneeded" }
    | { state: "refused"; because: string; who: string };
  /** Who would turn it back on: a parent application, an ApplicationSet; null when nobody would. */
  resumedBy: string | null;
  url: string | null;
};

/**
 * `mark` names who holds it: a Restoration or a freeze. It is written on the object with what was there
 * before.
 */
export type PauseRequest = OwnerRef & { mark: string; reason: string };

/**
 * Deliveries of some Deployments of one namespace that a freeze holds back. Safe to apply twice, with
 * the same or newer contents.
 */
export type DeliveryHold = {
  freezeId: string;
  namespace: string;
  /** Names; "*" means all of the namespace. */
  deployments: string[] | "*";
  /** Images that may be delivered all the same. */
  images: string[];
  reason: string;
  incidentId: string | null;
  until: Date;
  url: string;
};

/** What is taken of the pods of one template before they go. Texts are as the cluster gave them. */
export type PodEvidence = {
  kind: "logs" | "pods" | "events";
  title: string;
  text: string;
  isCut: boolean;
  problem: string | null;
  mediaType: "text/plain" | "application/json";
};

/**
 * What a deploy source can do beside deploying: say and silence who would undo a rollback, hold
 * deliveries back, and keep what the pods say. Everything is asked past every cache, at most once, and
 * throws SourceError when there is no answer (`mayHaveActed` for what changes something).
 */
export type DeployGuard = {
  /** Read from the Deployment's own marks and from the owners themselves; those that can't be read say so. */
  owners(deployment: DeploymentName): Promise<DeploymentOwner[]>;
  /** Idempotent: one that is paused already stays so, and what was there before is read from its mark. */
  pauseOwner(request: PauseRequest): Promise<HoldAnswer>;
  /** Puts back what `was` says, if it is still as we left it; whatever somebody changed since stays. */
  resumeOwner(request: OwnerRef & { mark: string; was: unknown }): Promise<HoldAnswer>;
  readOwner(request: OwnerRef & { mark: string }): Promise<HoldReading>;

  holdDeliveries(hold: DeliveryHold): Promise<HoldAnswer>;
  releaseDeliveries(hold: { freezeId: string; namespace: string }): Promise<HoldAnswer>;
  readDeliveryHold(hold: { freezeId: string; namespace: string }): Promise<HoldReading>;
  /** Whether a freeze would hold deliveries into a namespace. Changes nothing. */
  previewDeliveryHold?(query: { namespace: string }): Promise<HoldPreview>;

  /**
   * Logs (the last minutes, previous containers too), statuses and events of the pods of one template,
   * within `maxBytes` in all and until `signal` aborts: what was read by then is returned.
   */
  readPodEvidence(query: {
    deployment: DeploymentName;
    templateHash: string;
    sinceSeconds: number;
    maxBytes: number;
    signal: AbortSignal;
  }): Promise<PodEvidence[]>;
};
