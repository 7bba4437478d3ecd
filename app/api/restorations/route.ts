import { RestoreInput } from "@/lib/contracts/restoration";
import { restore } from "@/lib/restorations/restore";
import { route } from "@/lib/server/route";

export const POST = route({ access: "responder", input: RestoreInput }, (ctx, { input }) =>
  restore(ctx, input),
);
