import "server-only";
import type { Service } from "@/lib/contracts/service";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { listServices } from "./list-services";

/** A service by name. Refusal `unknown-service` that names the services there are. */
export async function getService(
  ctx: Pick<Ctx, "db" | "fileServices">,
  name: string,
): Promise<Service> {
  const services = await listServices(ctx);
  const service = services.find((candidate) => candidate.name === name);
  if (service) return service;
  const names = services.map((candidate) => candidate.name).join(", ");
  throw new Refusal(
    "unknown-service",
    404,
    names ? `There is no service "${name}". There are: ${names}.` : "No service is connected yet.",
  );
}
