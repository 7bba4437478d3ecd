import * as z from "zod";
import { openEventStream } from "@/lib/server/event-stream";
import { route } from "@/lib/server/route";

const Query = z.object({ after: z.string().max(30).optional() });

export const GET = route({ access: "viewer", query: Query }, (ctx, tools) => {
  const { query, request, live, isStillAllowed } = tools;
  return openEventStream({
    live,
    actorId: ctx.actor.id,
    after: request.headers.get("last-event-id") ?? query.after ?? null,
    signal: request.signal,
    now: ctx.now,
    isStillAllowed,
  });
});
