import "server-only";
import type { RetroSectionName, SectionEdit } from "@/lib/contracts/retro";
import type { Ctx } from "@/lib/server/context";
import { findRetro } from "./find-retro";
import { editHeads, editTexts } from "./write-store";

/** A page saves as somebody types: what they typed in one go is shown by its end. */
const ONE_GO_MS = 2 * 60_000;
const MOST = 60;

/**
 * Earlier texts of a section and the ones that met a conflict, newest first, at most 60. All of them
 * are kept; of many saves by one person in one go, the last is shown. Refusals as `findRetro`.
 */
export async function listEdits(
  ctx: Pick<Ctx, "db">,
  input: { id: string; name: RetroSectionName },
): Promise<SectionEdit[]> {
  const { number } = await findRetro(ctx, input.id);
  const heads = await editHeads(ctx.db, { incidentNumber: number, name: input.name });
  const shown = ends(heads).slice(0, MOST);
  const texts = await editTexts(
    ctx.db,
    shown.map(({ id }) => id),
  );
  return shown.map((head) => ({ ...head, text: texts.get(head.id) ?? "" }));
}

function ends<T extends Omit<SectionEdit, "text">>(newestFirst: T[]): T[] {
  return newestFirst.filter((edit, index) => {
    const next = newestFirst[index - 1];
    const isSame = next && edit.by === next.by && edit.kind === "saved" && next.kind === "saved";
    return !isSame || edit.revision === 0 || Date.parse(next.at) - Date.parse(edit.at) > ONE_GO_MS;
  });
}
