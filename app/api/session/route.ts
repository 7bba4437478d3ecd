import { route } from "@/lib/server/route";

export const GET = route({ access: "viewer" }, async (ctx) => ctx.actor);
