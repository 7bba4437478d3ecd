import * as z from "zod";
import { LeverTarget } from "@/lib/contracts/lever";
import { previewLever } from "@/lib/restorations/preview-lever";
import { route } from "@/lib/server/route";

const Target = z
  .string()
  .max(2_000)
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: "custom", message: "a lever's target as JSON" });
      return z.NEVER;
    }
  })
  .pipe(LeverTarget);

export const GET = route(
  { access: "viewer", query: z.object({ target: Target, incident: z.string().optional() }) },
  (ctx, { query }) => previewLever(ctx, query.target),
);
