import * as z from "zod";
import { listEvidence } from "@/lib/evidence/list-evidence";
import { route } from "@/lib/server/route";

export const GET = route(
  { access: "viewer", params: z.object({ id: z.string() }) },
  (ctx, { params }) => listEvidence(ctx, { restorationId: params.id }),
);
