import * as z from "zod";
import { DeclareInput, IncidentStatus } from "@/lib/contracts/incident";
import { declareIncident } from "@/lib/incidents/declare-incident";
import { declareKeyOf } from "@/lib/incidents/declare-key";
import { listIncidents } from "@/lib/incidents/list-incidents";
import { created, route } from "@/lib/server/route";

const Query = z.object({
  status: z
    .string()
    .transform((list) => list.split(","))
    .pipe(z.array(IncidentStatus))
    .optional(),
  after: z.string().max(20).optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
});

export const GET = route({ access: "viewer", query: Query }, (ctx, { query }) =>
  listIncidents(ctx, { ...query, statuses: query.status }),
);

export const POST = route(
  { access: "responder", input: DeclareInput },
  async (ctx, { input, request }) => {
    const origin = ctx.actor.via === "session" ? "person" : "api";
    const declareKey = declareKeyOf(ctx, request.headers.get("idempotency-key"), input);
    const { incident, isNew } = await declareIncident(ctx, input, { origin, declareKey });
    return isNew ? created(incident) : incident;
  },
);
