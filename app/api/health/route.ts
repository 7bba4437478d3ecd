import { readHealth } from "@/lib/server/health";
import { statusRoute } from "@/lib/server/route";

export const GET = statusRoute(readHealth);
