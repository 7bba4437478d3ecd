import * as z from "zod";
import { revokeToken } from "@/lib/people/revoke-token";
import { route } from "@/lib/server/route";

const Params = z.object({ id: z.string() });

export const DELETE = route({ access: "admin", params: Params }, (ctx, { params }) =>
  revokeToken(ctx, params),
);
