import { after } from "next/server";
import * as z from "zod";
import { previewCard } from "@/lib/restorations/preview-card";
import { recordAdvice } from "@/lib/restorations/record-advice";
import { route } from "@/lib/server/route";

export const GET = route(
  {
    access: "viewer",
    params: z.object({ id: z.string() }),
    query: z.object({ suspect: z.string().optional() }),
  },
  async (ctx, { params, query }) => {
    const card = await previewCard(ctx, { incidentId: params.id, suspectId: query.suspect });
    after(() => recordAdvice(ctx, params.id, card));
    return card;
  },
);
