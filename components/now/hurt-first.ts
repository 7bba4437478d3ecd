import type { Incident } from "@/lib/contracts/incident";
import type { Service } from "@/lib/contracts/service";

/**
 * Services that an incident (no drill) without its way back names, or whose signal says harm (`hurt`, by name),
 * ahead of the others; else in the order they came.
 */
export function hurtFirst(
  services: readonly Service[],
  incidents: readonly Pick<Incident, "status" | "services" | "isDrill">[],
  hurt: readonly string[],
): Service[] {
  const first = hurtNames(incidents, hurt);
  const rank = ({ name }: Service) => (first.has(name) ? 0 : 1);
  return [...services].sort((a, b) => rank(a) - rank(b));
}

/** Names of the services that an incident (no drill) without its way back names, or whose signal says harm. */
export function hurtNames(
  incidents: readonly Pick<Incident, "status" | "services" | "isDrill">[],
  hurt: readonly string[],
): Set<string> {
  const declared = incidents.filter(({ status, isDrill }) => status === "declared" && !isDrill);
  return new Set([...hurt, ...declared.flatMap((incident) => incident.services)]);
}
