import "server-only";
import type { RetroView } from "@/lib/contracts/retro";
import { suggestFacilitators } from "@/lib/rules/suggest-facilitators";
import type { Ctx } from "@/lib/server/context";
import { findSimilar } from "./find-similar";
import { documentFor, gatherRetro } from "./gather-retro";
import { knownPeople } from "./people-store";
import { publicationsOf } from "./publication-store";

/** All that the retro's page shows. Refusals: `unknown-incident`, `no-retro`. */
export async function getRetro(
  ctx: Pick<Ctx, "db" | "fileServices" | "now">,
  input: { id: string },
): Promise<RetroView> {
  const gathered = await gatherRetro(ctx, input.id);
  const [publications, similar, known] = await Promise.all([
    publicationsOf(ctx.db, gathered.number),
    findSimilar(ctx, gathered),
    knownPeople(ctx.db),
  ]);
  const tookPart = gathered.document.people.flatMap(({ name }) => name ?? []);
  return {
    retro: gathered.retro,
    document: documentFor(gathered, "drafted"),
    publications,
    similar,
    names: gathered.people.map(({ name }) => name),
    suggestedFacilitators: suggestFacilitators({ known, tookPart }),
  };
}
