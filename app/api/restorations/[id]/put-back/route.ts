import * as z from "zod";
import { PutBackInput } from "@/lib/contracts/restoration";
import { previewPutBack, putBack } from "@/lib/restorations/put-back";
import { route } from "@/lib/server/route";

const params = z.object({ id: z.string() });

export const GET = route({ access: "viewer", params }, (ctx, tools) =>
  previewPutBack(ctx, tools.params.id),
);

export const POST = route(
  { access: "responder", params, input: PutBackInput.omit({ restorationId: true }) },
  (ctx, tools) => putBack(ctx, { ...tools.input, restorationId: tools.params.id }),
);
