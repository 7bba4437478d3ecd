import * as z from "zod";
import { route } from "@/lib/server/route";
import { describeService } from "@/lib/services/describe-service";

export const GET = route(
  { access: "viewer", params: z.object({ name: z.string() }) },
  (ctx, { params }) => describeService(ctx, params.name),
);
