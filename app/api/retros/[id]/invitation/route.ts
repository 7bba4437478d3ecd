import * as z from "zod";
import { invitation } from "@/lib/retros/invitation";
import { route } from "@/lib/server/route";

export const GET = route(
  { access: "viewer", params: z.object({ id: z.string() }) },
  async (ctx, { params }) => {
    const { name, text } = await invitation(ctx, params);
    return new Response(text, {
      headers: {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Disposition": `attachment; filename="${name}"`,
      },
    });
  },
);
