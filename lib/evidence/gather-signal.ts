import "server-only";
import type { Service } from "@/lib/contracts/service";
import type { Ctx } from "@/lib/server/context";
import { readSignal } from "@/lib/services/read-signal";
import { dataPiece, missingPiece, type Piece } from "./piece";

const BEFORE_MS = 3_600_000;

/** A service's signal in the hour before a lever was pulled. */
export async function gatherSignal(
  ctx: Pick<Ctx, "sources" | "now">,
  { service, pulledAt }: { service: Service; pulledAt: Date },
): Promise<Piece[]> {
  const { spec, points, problem, from, to, stepSeconds } = await readSignal(ctx, {
    service,
    from: new Date(pulledAt.getTime() - BEFORE_MS),
    to: pulledAt,
  });
  const title = `${spec.title} of ${service.title}, the hour before`;
  if (problem !== null) return [missingPiece("signal", title, problem)];
  const { query, unit, threshold, harmWhen } = spec;
  return [
    dataPiece("signal", title, {
      ...{ query, unit, threshold, harmWhen, from, to, stepSeconds },
      points,
    }),
  ];
}
