import { MigratedDownInput } from "@/lib/contracts/schema-judgement";
import { recordMigratedDown } from "@/lib/schemas/record-migrated-down";
import { route } from "@/lib/server/route";

export const POST = route({ access: "responder", input: MigratedDownInput }, (ctx, { input }) =>
  recordMigratedDown(ctx, input),
);
