import * as z from "zod";
import { listRevisions } from "@/lib/changes/list-revisions";
import { route } from "@/lib/server/route";
import { getService } from "@/lib/services/get-service";

export const GET = route(
  { access: "viewer", params: z.object({ name: z.string() }) },
  async (ctx, { params }) => listRevisions(ctx, await getService(ctx, params.name)),
);
