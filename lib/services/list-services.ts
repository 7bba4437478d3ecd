import "server-only";
import type { Service } from "@/lib/contracts/service";
import type { Ctx } from "@/lib/server/context";
import { discoveredServices } from "./store";

/** All services: those of the configuration file, then discovered ones it doesn't name. */
export async function listServices(ctx: Pick<Ctx, "db" | "fileServices">): Promise<Service[]> {
  const named = new Set(ctx.fileServices.map((service) => service.name));
  const discovered = await discoveredServices(ctx.db);
  return [...ctx.fileServices, ...discovered.filter((service) => !named.has(service.name))];
}
