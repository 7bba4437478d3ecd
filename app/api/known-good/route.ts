import { listKnownGood } from "@/lib/known-good/list-known-good";
import { route } from "@/lib/server/route";

export const GET = route({ access: "viewer" }, (ctx) => listKnownGood(ctx));
