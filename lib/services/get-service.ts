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
  // A service of the file comes before a discovered one of the same name, so nothing need be read.
  const named = ctx.fileServices.find((candidate) => candidate.name === name);
  if (named) return named;
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
