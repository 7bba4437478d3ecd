import * as z from "zod";
import { previewFreeze } from "@/lib/freezes/preview-freeze";
import { route } from "@/lib/server/route";

/** `services`: names by comma; none means everything. */
const query = z.object({
  services: z
    .string()
    .max(10_000)
    .default("")
    .transform((list) => list.split(",").filter((name) => name !== "")),
});

export const GET = route({ access: "viewer", query }, (ctx, tools) =>
  previewFreeze(ctx, tools.query),
);
