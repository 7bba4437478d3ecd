import "server-only";
import { makeHoldsDue } from "@/lib/holds/claim-store";
import { SourceError } from "@/lib/integrations/source-error";
import type { Ctx } from "@/lib/server/context";
import { inBatches } from "./in-batches";
import { type FreezeRow, insertAllowed } from "./store";
import { type SuspectMerge, suspectMerges } from "./suspect-store";

const AT_ONCE = 4;

/**
 * Lets reverts of an incident's suspects through that somebody opened already, whoever it was: they are
 * the cure as much as ours are. A source that can't be asked says nothing; its reverts can still be let
 * through by hand.
 */
export async function letRevertsThrough(ctx: Ctx, freeze: FreezeRow): Promise<void> {
  const { incidentNumber, number: freezeNumber } = freeze;
  if (incidentNumber === null) return;
  const merges = await suspectMerges(ctx.db, incidentNumber);
  const found = await inBatches(merges, AT_ONCE, async (merge) => {
    const pull = await openRevertOf(ctx, merge);
    return pull === null ? [] : [{ merge, ...pull }];
  });
  const at = ctx.now();
  let isNews = false;
  for (const { merge, number: pull, head } of found.flat()) {
    const reason = `It reverts #${merge.number}, a suspect of INC-${incidentNumber}`;
    // At the head that it has now: what somebody pushes later is held like anything else.
    const what = head
      ? { kind: "commit" as const, value: head, reason: `#${pull}: ${reason}` }
      : { kind: "pull" as const, value: `${merge.repository}#${pull}`, reason };
    const draft = { freezeNumber, ...what, by: "Known Good", at };
    isNews = (await insertAllowed(ctx.db, { ...draft, why: "cure" })) || isNews;
  }
  if (isNews) await makeHoldsDue(ctx.db, { freezeNumber }, at);
}

async function openRevertOf(
  ctx: Ctx,
  merge: SuspectMerge,
): Promise<{ number: number; head?: string } | null> {
  const adapter = ctx.sources.all().find(({ name }) => name === merge.source)?.adapter;
  if (adapter?.kind !== "code") return null;
  try {
    const { existing } = await adapter.previewRevert(merge.repository, merge.number);
    return existing;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    ctx.log.debug({ err: error, ...merge }, "an open revert can't be looked for");
    return null;
  }
}
