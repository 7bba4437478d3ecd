import "server-only";
import type { PodTemplate } from "@/lib/integrations/deploy-source";
import type { Ctx } from "@/lib/server/context";
import { sealedTemplate, sealedTemplates } from "./store";

/** A Pod template from the ledger by its hash, unsealed; null when the ledger never saw it. */
export async function openTemplate(
  ctx: Pick<Ctx, "db" | "sealer">,
  hash: string,
): Promise<PodTemplate | null> {
  const sealed = await sealedTemplate(ctx.db, hash);
  return sealed ? (JSON.parse(ctx.sealer.open(sealed)) as PodTemplate) : null;
}

/** Two Pod templates at once; either is null when the ledger never saw it. */
export async function openTemplatePair(
  ctx: Pick<Ctx, "db" | "sealer">,
  hashes: { from: string; to: string },
): Promise<{ from: PodTemplate | null; to: PodTemplate | null }> {
  const sealed = await sealedTemplates(ctx.db, [hashes.from, hashes.to]);
  const open = (hash: string) => {
    const text = sealed.get(hash);
    return text === undefined ? null : (JSON.parse(ctx.sealer.open(text)) as PodTemplate);
  };
  return { from: open(hashes.from), to: open(hashes.to) };
}
