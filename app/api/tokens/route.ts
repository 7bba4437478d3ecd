import { CreateTokenInput } from "@/lib/contracts/api-token";
import { createToken } from "@/lib/people/create-token";
import { listTokens } from "@/lib/people/list-tokens";
import { created, route } from "@/lib/server/route";

export const GET = route({ access: "admin" }, (ctx) => listTokens(ctx));

export const POST = route({ access: "admin", input: CreateTokenInput }, async (ctx, { input }) =>
  created(await createToken(ctx, input)),
);
