import * as z from "zod";
import { RetroState } from "@/lib/contracts/retro";
import { listRetros } from "@/lib/retros/list-retros";
import { startRetro } from "@/lib/retros/start-retro";
import { created, route } from "@/lib/server/route";

const Query = z.object({
  search: z.string().max(200).optional(),
  state: z.enum([...RetroState.options, "none"]).optional(),
  after: z.string().max(60).optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
});

export const GET = route({ access: "viewer", query: Query }, (ctx, { query }) =>
  listRetros(ctx, query),
);

export const POST = route(
  { access: "responder", input: z.object({ incidentId: z.string().max(40) }) },
  async (ctx, { input }) => created(await startRetro(ctx, input)),
);
