import "server-only";
import type { Change, DeployDetails } from "@/lib/contracts/change";
import type { Blocker, RollbackTarget } from "@/lib/contracts/lever";
import { keptCulprits } from "@/lib/known-good/store";
import type { Ctx } from "@/lib/server/context";
import { resourceOf } from "./plan";
import { takenBackLately } from "./store";

const CODE = "culprit";
/** By then what was kept of the service knows it, and knows whether it is good again. */
const LATELY_MS = 24 * 3_600_000;

/**
 * Blocks a rollback to a version that a Restoration took back and that is not known to be good since:
 * a second click must not lead back to the bad version. From the ledger alone.
 */
export async function culpritBlocker(
  ctx: Pick<Ctx, "db" | "now">,
  target: RollbackTarget,
  to: { change: Change; details: DeployDetails },
): Promise<Blocker[]> {
  const { templateHash, revision, namespace, deployment } = to.details;
  const [lately, culprits] = await Promise.all([
    takenBackLately(ctx.db, {
      ...{ resource: resourceOf(target), templateHash },
      since: new Date(ctx.now().getTime() - LATELY_MS),
    }),
    keptCulprits(ctx.db, to.change.services),
  ]);
  const known = culprits.find(
    (one) =>
      one.source === target.source &&
      one.subject === `${namespace}/${deployment}` &&
      one.templateHash === templateHash,
  );
  const because = lately ? `${lately} took it back` : known?.because;
  if (!because) return [];
  return [
    {
      code: CODE,
      sentence: `Revision ${revision} is the bad version: ${because}. Choose another revision.`,
      who: null,
      commands: [],
      mayOverride: true,
    },
  ];
}

/** Putting a Restoration back leads to what it took away, which its owners have: that is what it is for. */
export function exceptCulprit(blockers: readonly Blocker[]): Blocker[] {
  return blockers.filter(({ code }) => code !== CODE && code !== "owner-undoes");
}
