import { route } from "@/lib/server/route";
import { listServices } from "@/lib/services/list-services";

export const GET = route({ access: "viewer" }, (ctx) => listServices(ctx));
