import "server-only";
import type { SimilarIncident } from "@/lib/contracts/similar-incident";
import { causeWords, rankSimilar } from "@/lib/rules/rank-similar";
import type { Ctx } from "@/lib/server/context";
import type { GatheredRetro } from "./gather-retro";
import { similarCandidates } from "./search-store";

/** Other incidents like this one: same services, same lever, words of the cause in both. */
export async function findSimilar(
  ctx: Pick<Ctx, "db">,
  { number, incident, document }: Pick<GatheredRetro, "number" | "incident" | "document">,
): Promise<SimilarIncident[]> {
  const texts = [incident.title, ...document.factors.map(({ text }) => text)];
  const candidates = await similarCandidates(ctx.db, {
    incidentNumber: number,
    services: incident.services,
    words: causeWords(texts, incident.services),
  });
  const levers = document.alternatives.filter(({ wasPulled }) => wasPulled);
  return rankSimilar(
    { services: incident.services, levers: levers.map(({ lever }) => lever) },
    candidates,
  );
}
