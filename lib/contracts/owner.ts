import * as z from "zod";

/** Who keeps a Deployment as it is, beside the people who change it. */
export const OwnerKind = z.enum([
  "argo-cd",
  "flux-kustomization",
  "flux-helm-release",
  "helm",
  "kubectl-apply",
]);
export type OwnerKind = z.infer<typeof OwnerKind>;

/** An owner as the rollback lever shows it. */
export const OwnerOnLever = z.object({
  kind: OwnerKind,
  /** "Argo CD application checkout" */
  title: z.string(),
  /** What it does to a manual rollback, and in how long. */
  sentence: z.string(),
  /** Seconds until it takes a rollback back; null when it doesn't by itself, or not until a delivery. */
  undoesWithinSeconds: z.number().nullable(),
  /** `pause`: pulling the lever pauses it first. `refused`: that can't be done, `because` says why. */
  handling: z.enum(["pause", "paused-already", "unneeded", "refused"]),
  because: z.string().nullable(),
  who: z.string().nullable(),
  /** Who would turn it back on behind our back: a parent application, an ApplicationSet. */
  resumedBy: z.string().nullable(),
});
export type OwnerOnLever = z.infer<typeof OwnerOnLever>;
