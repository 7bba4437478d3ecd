import * as z from "zod";
import { RetroSectionName, SaveSectionInput } from "@/lib/contracts/retro";
import { listEdits } from "@/lib/retros/list-edits";
import { saveSection } from "@/lib/retros/save-section";
import { route } from "@/lib/server/route";

const params = z.object({ id: z.string(), name: RetroSectionName });

export const GET = route({ access: "viewer", params }, (ctx, tools) =>
  listEdits(ctx, tools.params),
);

export const PUT = route({ access: "responder", params, input: SaveSectionInput }, (ctx, tools) =>
  saveSection(ctx, { ...tools.input, ...tools.params }),
);
