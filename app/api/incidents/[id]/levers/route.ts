import * as z from "zod";
import { previewCard } from "@/lib/restorations/preview-card";
import { route } from "@/lib/server/route";

export const GET = route(
  {
    access: "viewer",
    params: z.object({ id: z.string() }),
    query: z.object({ suspect: z.string().optional() }),
  },
  (ctx, { params, query }) => previewCard(ctx, { incidentId: params.id, suspectId: query.suspect }),
);
