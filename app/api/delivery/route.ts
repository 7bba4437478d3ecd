import { RecoveryQuery } from "@/lib/contracts/recovery";
import { getDelivery } from "@/lib/recovery/get-delivery";
import { route } from "@/lib/server/route";

const Query = RecoveryQuery.pick({ from: true, to: true, service: true });

export const GET = route({ access: "viewer", query: Query }, (ctx, { query }) =>
  getDelivery(ctx, query),
);
