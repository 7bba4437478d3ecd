import "server-only";
import type { PodTemplate } from "@/lib/integrations/deploy-source";
import type { Ctx } from "@/lib/server/context";
import { sealedTemplate } from "./store";

/** A Pod template from the ledger by its hash, unsealed; null when the ledger never saw it. */
export async function openTemplate(
  ctx: Pick<Ctx, "db" | "sealer">,
  hash: string,
): Promise<PodTemplate | null> {
  const sealed = await sealedTemplate(ctx.db, hash);
  return sealed ? (JSON.parse(ctx.sealer.open(sealed)) as PodTemplate) : null;
}
