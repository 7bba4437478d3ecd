import "server-only";
import { flagSnapshot, flagSnapshots } from "@/lib/changes/flag-store";
import type { LeverTarget } from "@/lib/contracts/lever";
import type { Service } from "@/lib/contracts/service";
import type { Job } from "@/lib/restorations/store";
import type { Ctx } from "@/lib/server/context";
import { dataPiece, missingPiece, type Piece } from "./piece";

type Retoggled = {
  target: Extract<LeverTarget, { lever: "retoggle" }>;
  plan: Extract<Job["plan"], { lever: "retoggle" }>;
};

/** All that a flag did when it was retoggled, and as what the ledger has it. */
export async function gatherFlag(
  ctx: Pick<Ctx, "db">,
  { target, plan }: Retoggled,
): Promise<Piece[]> {
  const { source, project, environment, key } = target;
  const ledger = await flagSnapshot(ctx.db, source, target);
  const title = `Flag ${key} in ${environment}`;
  if (!plan.before && !ledger) {
    return [missingPiece("flag", title, "The ledger never saw this flag.")];
  }
  return [
    dataPiece("flag", title, {
      flag: { source, project, environment, key },
      whenPulled: plan.before,
      ledger: ledger && { observedAt: ledger.observedAt, state: ledger.state },
    }),
  ];
}

/** What the flags of a service did when the ledger last looked; nothing when it has none. */
export async function gatherFlags(ctx: Pick<Ctx, "db">, service: Service): Promise<Piece[]> {
  const { flags } = service;
  if (!flags) return [];
  const snapshots = await flagSnapshots(ctx.db, flags.source, flags);
  const its = [...snapshots].filter(([key]) => flags.keys?.includes(key) ?? true);
  if (its.length === 0) return [];
  const states = its.map(([key, { observedAt, state }]) => ({ key, observedAt, state }));
  return [dataPiece("flag", `Flags of ${service.title} in ${flags.environment}`, states)];
}
