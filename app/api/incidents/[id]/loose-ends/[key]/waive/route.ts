import * as z from "zod";
import { WaiveInput } from "@/lib/contracts/loose-end";
import { waiveLooseEnd } from "@/lib/loose-ends/waive-loose-end";
import { route } from "@/lib/server/route";

export const POST = route(
  {
    access: "responder",
    params: z.object({ id: z.string(), key: z.string() }),
    input: WaiveInput,
  },
  (ctx, { params, input }) => waiveLooseEnd(ctx, { ...input, ...params }),
);
