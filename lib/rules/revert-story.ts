import type { RevertTarget } from "@/lib/contracts/lever";
import type { LooseEnd } from "@/lib/contracts/loose-end";
import type { Restoration } from "@/lib/contracts/restoration";

/** What a rollback left to the revert of its culprit. */
export type RevertStory = {
  /** The rollbacks that stay until it is reverted: "R-12". */
  restorationIds: string[];
  target: RevertTarget;
  /** "R-12 rolled checkout back; once #12 is reverted and delivered, F-3 can be thawed." */
  sentence: string;
};

/**
 * The reverts that end what rollbacks began: the culprit out of the code, and then what was frozen or
 * paused for them goes on. Those of the newest rollback first.
 */
export function revertStories(
  ends: readonly LooseEnd[],
  restorations: readonly Restoration[],
): RevertStory[] {
  const open = ends.filter(({ closedAt }) => closedAt === null);
  const stories = new Map<string, RevertStory>();
  for (const end of open.toReversed()) {
    if (end.kind !== "older-version" && end.kind !== "paused-owner") continue;
    const rollback = restorations.find(({ id }) => id === end.restorationId);
    if (!rollback) continue;
    for (const action of end.actions) {
      if (action.kind !== "revert") continue;
      const key = `${action.target.source} ${action.target.repository}#${action.target.number}`;
      const known = stories.get(key)?.restorationIds ?? [];
      const restorationIds = [...new Set([...known, rollback.id])];
      const sentence = sentenceOf(restorationIds, rollback, action.target, open);
      stories.set(key, { restorationIds, target: action.target, sentence });
    }
  }
  return [...stories.values()];
}

/** The story of one revert; null when no rollback waits for it. */
export function storyOf(stories: readonly RevertStory[], target: RevertTarget): RevertStory | null {
  return (
    stories.find(
      ({ target: one }) =>
        one.source === target.source &&
        one.repository === target.repository &&
        one.number === target.number,
    ) ?? null
  );
}

/** What is left to do when nothing needs to go back any more; null when no rollback waits for a revert. */
export function nextRevertInWords(stories: readonly RevertStory[]): string | null {
  const [first, ...more] = stories;
  if (!first) return null;
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  return `Next, revert #${first.target.number}${others}: ${first.sentence}`;
}

function sentenceOf(
  ids: readonly string[],
  { target }: Restoration,
  { number }: RevertTarget,
  open: readonly LooseEnd[],
): string {
  const what = target.lever === "rollback" ? target.deployment : "it";
  const freezes = open.flatMap(({ kind, key }) =>
    kind === "freeze" ? [key.slice(key.indexOf(":") + 1)] : [],
  );
  const paused = open.flatMap(({ kind, restorationId, sentence }) =>
    kind === "paused-owner" && restorationId && ids.includes(restorationId)
      ? [sentence.replace(/ is paused for .*$/, "")]
      : [],
  );
  const frozen = `${listed(freezes)} can be thawed`;
  const begin = `${listed([...ids])} rolled ${what} back;`;
  // Whoever is paused is also who delivers what git says by then.
  if (paused.length > 0) {
    const after = freezes.length === 0 ? "" : ` Then ${frozen}.`;
    return `${begin} once #${number} is reverted, resume ${listed(paused)} so that it is delivered.${after}`;
  }
  const after = freezes.length === 0 ? "the next delivery can go out" : frozen;
  return `${begin} once #${number} is reverted and delivered, ${after}.`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** What a revert that reached production leaves to do. */
export function relandingTitle({ reverted, revert }: { reverted: number; revert: number }): string {
  return `Land #${reverted} again once it is fixed, by reverting its revert #${revert}: merging the same branch again brings nothing back`;
}
