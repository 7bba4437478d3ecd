import "server-only";
import type { RetroDocument, RetroPublication } from "@/lib/contracts/retro";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { findRetro } from "./find-retro";
import { findPublication } from "./publication-store";

export type Published = {
  publication: RetroPublication;
  document: RetroDocument;
  /** As it was exported when it was published. */
  markdown: string;
};

/** One published version, as it was. Refusals: `unknown-incident`, `no-retro`, `no-version`. */
export async function getPublication(
  ctx: Pick<Ctx, "db">,
  input: { id: string; version: number },
): Promise<Published> {
  const { number, incident } = await findRetro(ctx, input.id);
  const found = await findPublication(ctx.db, { incidentNumber: number, version: input.version });
  if (!found) {
    throw new Refusal(
      "no-version",
      404,
      `The retro of ${incident.id} has no published version ${input.version}.`,
    );
  }
  return found;
}
