import "server-only";
import { listFreezesOf } from "@/lib/freezes/list-freezes";
import type { Ctx } from "@/lib/server/context";
import { dataPiece, type Piece } from "./piece";

/** The deliveries that the freezes of an incident held when a lever was pulled; nothing when none were. */
export async function gatherHeld(
  ctx: Pick<Ctx, "db" | "now">,
  incidentNumber: number,
): Promise<Piece[]> {
  const freezes = await listFreezesOf(ctx, incidentNumber);
  const holding = freezes.filter(({ thawedAt, heldCount }) => thawedAt === null && heldCount > 0);
  return holding.map(({ id, services, until, heldCount, heldDeliveries }) =>
    dataPiece("held-deliveries", `Deliveries held by ${id}`, {
      ...{ freeze: id, services, until, heldCount },
      heldDeliveries,
    }),
  );
}
