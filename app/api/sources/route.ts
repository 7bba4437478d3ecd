import { route } from "@/lib/server/route";
import { listSources } from "@/lib/sources/list-sources";

export const GET = route({ access: "viewer" }, (ctx) => listSources(ctx));
