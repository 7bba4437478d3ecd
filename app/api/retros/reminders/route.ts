import { listReminders } from "@/lib/retros/list-reminders";
import { route } from "@/lib/server/route";

export const GET = route({ access: "viewer" }, (ctx) => listReminders(ctx));
