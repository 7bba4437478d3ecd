import type { LeverTarget } from "@/lib/contracts/lever";

/** A verified Restoration as the known good state is judged by it; put-backs and drills are none. */
export type PastRestoration = {
  /** "R-12" */
  id: string;
  target: LeverTarget;
  suspectId: string | null;
  /** Milliseconds since the epoch: when it took effect, and when it was verified. */
  inEffectAt: number;
  verifiedAt: number;
  /** Hash of the template that a rollback led away from. */
  fromHash: string | null;
};

/** A template that was taken back, and helped: no lever leads to it by itself. */
export type Culprit = {
  /** "namespace/name" of its Deployment. */
  subject: string;
  source: string;
  templateHash: string;
  restorationId: string;
  /** "R-12 took it back, and harm ended" */
  because: string;
};
