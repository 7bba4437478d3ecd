import "server-only";
import type { Change } from "@/lib/contracts/change";
import type { Ctx } from "@/lib/server/context";
import { changesAround } from "./changes-around";
import { changesById, changesInWindow, mergesMentioning } from "./store";

export type GatheredWindow = {
  /** What changed in the window, what it carries, and merges that mention a flag that changed. */
  changes: Change[];
  /** Of these, the ids of merges that are there for mentioning a flag alone. */
  mentioning: Set<string>;
};

const MOST_CHANGES = 400;
/** What came before harm is what may have done it. */
const AROUND = { limit: { before: 300, after: 100 }, perSubject: 30 };

/**
 * The Changes of some services in a window, at most 400, with what belongs to them: the newest, or,
 * given a moment, the newest on each side of it.
 */
export async function gatherWindow(
  ctx: Pick<Ctx, "db">,
  window: { services: string[]; from: Date; to: Date; moment?: Date; alsoIds?: string[] },
): Promise<GatheredWindow> {
  const { alsoIds = [], moment, ...query } = window;
  const inWindow = moment
    ? await changesAround(ctx.db, { ...query, ...AROUND, moment })
    : await changesInWindow(ctx.db, { ...query, limit: MOST_CHANGES });
  const known = new Set(inWindow.map((change) => change.id));
  const wanted = [...alsoIds, ...inWindow.flatMap((change) => change.carries)];
  const [byId, behindFlags] = await Promise.all([
    changesById(ctx.db, [...new Set(wanted.filter((id) => !known.has(id)))]),
    mergesMentioning(ctx.db, flagKeysIn(inWindow)),
  ]);
  for (const { id } of byId) known.add(id);
  const mentioning = behindFlags.filter((change) => !known.has(change.id));
  return {
    changes: [...inWindow, ...byId, ...mentioning],
    mentioning: new Set(mentioning.map(({ id }) => id)),
  };
}

/** Flags that changed: a merge that mentions one belongs to the story, however old it is. */
function flagKeysIn(changes: Change[]): string[] {
  const keys = changes.flatMap(({ details }) => (details.kind === "flag" ? details.key : []));
  return [...new Set(keys)];
}
