import { listOpenLooseEnds } from "@/lib/loose-ends/list-loose-ends";
import { route } from "@/lib/server/route";

export const GET = route({ access: "viewer" }, (ctx) => listOpenLooseEnds(ctx));
