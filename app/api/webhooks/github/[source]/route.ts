import * as z from "zod";
import { accepted, route } from "@/lib/server/route";
import { receiveWebhook } from "@/lib/sources/receive-webhook";

export const POST = route(
  { access: "public", body: "raw", params: z.object({ source: z.string() }) },
  async (ctx, { params, raw, request }) =>
    accepted(await receiveWebhook(ctx, { ...params, headers: request.headers, body: raw })),
);
