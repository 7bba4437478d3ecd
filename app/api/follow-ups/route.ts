import * as z from "zod";
import { FollowUp } from "@/lib/contracts/follow-up";
import { listFollowUps } from "@/lib/retros/list-follow-ups";
import { route } from "@/lib/server/route";

const Query = z.object({
  state: FollowUp.shape.state.optional(),
  team: z.string().max(100).optional(),
  owner: z.string().max(100).optional(),
  overdue: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional(),
  after: z.string().max(60).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});

export const GET = route({ access: "viewer", query: Query }, (ctx, { query }) =>
  listFollowUps(ctx, query),
);
