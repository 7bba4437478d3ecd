import "server-only";
import { flagSnapshots } from "@/lib/changes/flag-store";
import { changesById, changesOfSubject } from "@/lib/changes/store";
import type { Change } from "@/lib/contracts/change";
import type { Service } from "@/lib/contracts/service";
import { type FoundKnownGood, findKnownGood } from "@/lib/rules/find-known-good";
import type { FlagThen } from "@/lib/rules/known-good/flags-at";
import type { Ctx } from "@/lib/server/context";
import { flagChangesOf, harmsOf, provenOf, type ReadSignal } from "./store";

const DAY_MS = 86_400_000;
/** What is older than this isn't gone back to by itself. */
const LOOK_BACK_MS = 120 * DAY_MS;
const MOST_DEPLOYS = 100;

export type GatheredKnownGood = FoundKnownGood & {
  deploys: Change[];
  merges: Change[];
  flagsNow: FlagThen[];
};

/** The start of what is looked at. */
export function lookBackFrom(now: Date): Date {
  return new Date(now.getTime() - LOOK_BACK_MS);
}

/** What a service can be restored to, computed from the ledger now; `signal` as it was read before. */
export async function gatherKnownGood(
  ctx: Pick<Ctx, "db" | "now">,
  service: Service,
  signal: ReadSignal | null,
): Promise<GatheredKnownGood> {
  const now = ctx.now();
  const since = lookBackFrom(now);
  const [deploys, flagChanges, flagsNow, harms, restorations] = await Promise.all([
    deploysOf(ctx, service),
    flagChangesOf(ctx.db, service.name, since),
    flagsOf(ctx, service),
    harmsOf(ctx.db, service.name, since),
    provenOf(ctx.db, service.name, since),
  ]);
  const carried = [...new Set(deploys.flatMap(({ carries }) => carries))];
  const merges = await changesById(ctx.db, carried);
  const found = findKnownGood({
    ...{ service: service.name, deploys, flagChanges, flagsNow, merges, harms, restorations },
    ...{ repository: service.repository, signal, now: now.getTime() },
  });
  return { ...found, deploys, merges, flagsNow };
}

/** The deploys of each Deployment as it is now; of one that was made anew, not those before. */
async function deploysOf(ctx: Pick<Ctx, "db">, service: Service): Promise<Change[]> {
  const lines = await Promise.all(
    service.deployments.map(({ source, namespace, name }) =>
      changesOfSubject(ctx.db, { source, subject: `${namespace}/${name}`, limit: MOST_DEPLOYS }),
    ),
  );
  return lines.flatMap((line) => {
    const deploys = line.flatMap((change) =>
      change.details.kind === "deploy" ? { change, uid: change.details.uid } : [],
    );
    return deploys.flatMap(({ change, uid }) => (uid === deploys[0]?.uid ? change : []));
  });
}

async function flagsOf(ctx: Pick<Ctx, "db">, { flags }: Service): Promise<FlagThen[]> {
  if (!flags) return [];
  const { source, environment, keys } = flags;
  const snapshots = await flagSnapshots(ctx.db, source, flags);
  return [...snapshots].flatMap(([key, { state }]) =>
    keys === undefined || keys.includes(key) ? { key, environment, state } : [],
  );
}
