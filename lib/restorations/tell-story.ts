import "server-only";
import type { LeverCard } from "@/lib/contracts/lever";
import type { Restoration } from "@/lib/contracts/restoration";
import { listLooseEnds } from "@/lib/loose-ends/list-loose-ends";
import { nextRevertInWords, revertStories, storyOf } from "@/lib/rules/revert-story";
import type { Ctx } from "@/lib/server/context";

/**
 * A card that tells rollback and revert as one story: what the revert of a culprit allows to go on, and
 * that it is what comes next once nothing needs to go back any more. Without a rollback it stays as it is.
 */
export async function tellStory(
  ctx: Ctx,
  { incidentNumber, restorations }: { incidentNumber: number; restorations: Restoration[] },
  card: LeverCard,
): Promise<LeverCard> {
  const isRolledBack = restorations.some(
    ({ lever, acceptedAt, putBackOf, putBackBy }) =>
      lever === "rollback" && acceptedAt !== null && putBackOf === null && putBackBy === null,
  );
  if (!isRolledBack) return card;
  const ends = await listLooseEnds(ctx, incidentNumber, { restorations });
  const stories = revertStories(ends, restorations);
  const next = card.recommendation.lever === "none" ? nextRevertInWords(stories) : null;
  return {
    ...card,
    levers: card.levers.map((lever) => {
      const story = lever.target?.lever === "revert" ? storyOf(stories, lever.target) : null;
      return story && lever.sentence !== ""
        ? { ...lever, sentence: `${lever.sentence} ${story.sentence}` }
        : lever;
    }),
    recommendation: next
      ? { ...card.recommendation, because: `${card.recommendation.because} ${next}` }
      : card.recommendation,
  };
}
