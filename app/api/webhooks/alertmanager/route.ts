import { AlertGroup } from "@/lib/contracts/alert";
import { receiveAlerts } from "@/lib/incidents/receive-alerts";
import { accepted, route } from "@/lib/server/route";

export const POST = route({ access: "responder", input: AlertGroup }, async (ctx, { input }) =>
  accepted(await receiveAlerts(ctx, input)),
);
