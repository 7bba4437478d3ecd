import * as z from "zod";
import { Moment } from "@/lib/contracts/moment";
import { route } from "@/lib/server/route";
import { getService } from "@/lib/services/get-service";
import { readSignal } from "@/lib/services/read-signal";

const Window = z.object({ from: Moment, to: Moment });

export const GET = route(
  { access: "viewer", params: z.object({ name: z.string() }), query: Window },
  async (ctx, { params, query }) =>
    readSignal(ctx, {
      service: await getService(ctx, params.name),
      from: new Date(query.from),
      to: new Date(query.to),
    }),
);
