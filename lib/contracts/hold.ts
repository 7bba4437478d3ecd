import * as z from "zod";

/** What a freeze holds deliveries back with, and what a rollback stops from undoing it. */
export const HoldLayer = z.enum(["gate", "kubernetes", "github", "argo-cd", "flux"]);
export type HoldLayer = z.infer<typeof HoldLayer>;

/**
 * `asked`: no answer yet. `held`. `not-held`: it couldn't be, `sentence` says why and `who` can change
 * that. `lost`: it was held and somebody took it away. `releasing`: asked to let go, no answer yet.
 * `released`: as it was before.
 */
export const HoldState = z.enum(["asked", "held", "not-held", "lost", "releasing", "released"]);
export type HoldState = z.infer<typeof HoldState>;

/** One thing that is held in one outside system, for as long as a freeze or a Restoration needs it. */
export const Hold = z.object({
  /** "H-31"; the gate is our own and has none of its own: "gate:F-12". */
  id: z.string(),
  layer: HoldLayer,
  /** Name of the source it is held in; null for the gate. */
  source: z.string().nullable(),
  /** In its system's own words: "Deployments in shop", "shop/checkout main", "argocd/checkout". */
  subject: z.string(),
  state: HoldState,
  sentence: z.string(),
  who: z.string().nullable(),
  /** Ends at the freeze's expiry even when this server is gone. */
  endsByItself: z.boolean(),
  /** How to let go by hand when this server is gone. */
  commands: z.array(z.string()),
  url: z.string().nullable(),
  /** Since when it is in this state. */
  at: z.iso.datetime(),
  /** When the world was last asked whether it still is. */
  checkedAt: z.iso.datetime().nullable(),
});
export type Hold = z.infer<typeof Hold>;

/** What asking to hold would come to now; nothing was changed to find out. */
export type HoldPreview =
  | { would: "hold"; sentence: string }
  | { would: "refuse"; because: string; who: string | null };
