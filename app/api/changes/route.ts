import * as z from "zod";
import { listChanges } from "@/lib/changes/list-changes";
import { ChangeKind } from "@/lib/contracts/change";
import { Moment } from "@/lib/contracts/moment";
import { route } from "@/lib/server/route";

const Query = z.object({
  service: z.string().optional(),
  kind: ChangeKind.optional(),
  from: Moment.transform((at) => new Date(at)).optional(),
  to: Moment.transform((at) => new Date(at)).optional(),
  after: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});

export const GET = route({ access: "viewer", query: Query }, (ctx, { query }) =>
  listChanges(ctx, query),
);
