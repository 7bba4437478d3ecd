import * as z from "zod";
import { queueAgain } from "@/lib/restorations/queue-again";
import { route } from "@/lib/server/route";

export const POST = route(
  { access: "responder", params: z.object({ id: z.string() }) },
  (ctx, { params }) => queueAgain(ctx, params),
);
