import "server-only";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { listServices } from "@/lib/services/list-services";

/** Names of services, each once. Refusal `unknown-service` that names those there are. */
export async function readCovered(
  ctx: Pick<Ctx, "db" | "fileServices">,
  names: readonly string[],
): Promise<string[]> {
  const asked = [...new Set(names)];
  const inFile = (name: string) => ctx.fileServices.some((service) => service.name === name);
  if (asked.every(inFile)) return asked;
  const known = (await listServices(ctx)).map(({ name }) => name);
  const unknown = asked.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw unknownService(unknown, known);
  return asked;
}

export function unknownService(unknown: readonly string[], known: readonly string[]): Refusal {
  const names = unknown.map((name) => `"${name.slice(0, 80)}"`).join(", ");
  return new Refusal(
    "unknown-service",
    422,
    `There is no service ${names}. There are: ${known.join(", ") || "none yet"}.`,
    [{ path: "services", expected: `any of ${known.join(", ")}` }],
  );
}
