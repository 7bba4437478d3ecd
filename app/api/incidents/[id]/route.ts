import * as z from "zod";
import { CorrectIncidentInput } from "@/lib/contracts/incident";
import { correctIncident } from "@/lib/incidents/correct-incident";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import { route } from "@/lib/server/route";

const params = z.object({ id: z.string() });

export const GET = route({ access: "viewer", params }, (ctx, tools) =>
  getIncidentView(ctx, tools.params),
);

export const PATCH = route(
  { access: "responder", params, input: CorrectIncidentInput },
  (ctx, tools) => correctIncident(ctx, { ...tools.input, ...tools.params }),
);
