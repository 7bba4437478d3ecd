import * as z from "zod";
import { exportRetro } from "@/lib/retros/export-retro";
import { route } from "@/lib/server/route";

const params = z.object({ id: z.string() });
const query = z.object({ version: z.coerce.number().int().min(1).max(100_000).optional() });

export const GET = route({ access: "viewer", params, query }, async (ctx, tools) => {
  const { name, markdown } = await exportRetro(ctx, { ...tools.params, ...tools.query });
  return new Response(markdown, {
    headers: {
      "Content-Type": "text/markdown; charset=utf-8",
      "Content-Disposition": `attachment; filename="${name}"`,
    },
  });
});
