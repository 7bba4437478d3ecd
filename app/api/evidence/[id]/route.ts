import * as z from "zod";
import { readEvidence } from "@/lib/evidence/read-evidence";
import { route } from "@/lib/server/route";

/** What Pods wrote may be about customers, so looking isn't enough to read it. It is a file, never a page. */
export const GET = route(
  { access: "responder", params: z.object({ id: z.string().max(100) }) },
  async (ctx, { params }) => {
    const { name, text } = await readEvidence(ctx, params);
    return new Response(text, {
      headers: {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Disposition": `attachment; filename="${name}"`,
      },
    });
  },
);
