import * as z from "zod";
import { route } from "@/lib/server/route";
import { getReadiness } from "@/lib/services/get-readiness";
import { readinessCsv } from "@/lib/services/readiness-csv";

const Query = z.object({ format: z.enum(["json", "csv"]).default("json") });

export const GET = route({ access: "viewer", query: Query }, async (ctx, { query }) => {
  const rows = await getReadiness(ctx);
  if (query.format === "json") return rows;
  return new Response(readinessCsv(rows), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": 'attachment; filename="readiness.csv"',
    },
  });
});
