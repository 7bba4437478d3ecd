import "server-only";
import * as z from "zod";
import { OwnerKind } from "@/lib/contracts/owner";
import type { HoldTarget } from "@/lib/rules/freeze-holds";

const Owner = z.object({ kind: OwnerKind, namespace: z.string(), name: z.string() });

/** What a row keeps of its target, by layer. */
const Target = z.discriminatedUnion("layer", [
  z.object({
    layer: z.literal("kubernetes"),
    source: z.string(),
    detail: z.object({
      namespace: z.string(),
      deployments: z.union([z.literal("*"), z.array(z.string())]),
    }),
  }),
  z.object({
    layer: z.literal("github"),
    source: z.string(),
    detail: z.object({ repository: z.string(), branch: z.string() }),
  }),
  z.object({ layer: z.literal("argo-cd"), source: z.string(), detail: Owner }),
  z.object({ layer: z.literal("flux"), source: z.string(), detail: Owner }),
]);

/** A row's target as it was written. Throws when it is of another shape. */
export function readTarget(row: { layer: string; source: string; detail: unknown }): HoldTarget {
  return Target.parse({ layer: row.layer, source: row.source, detail: row.detail });
}
