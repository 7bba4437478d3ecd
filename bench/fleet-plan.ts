/** The teams of a fleet, each with a namespace and five services: fifty in all. */
const TEAMS = 10;
const SERVICES_EACH = 5;

export type FleetService = {
  name: string;
  team: string;
  namespace: string;
  keptBy: "argo-cd" | "flux";
};

export const FLEET_REPOSITORY = { owner: "fleet", name: "monorepo", branch: "main" };
/** What its branch requires of a merge, and a freeze turns red. */
export const FREEZE_CONTEXT = "known-good/freeze";
export const OPEN_PULLS = 10;
export const ARGO_NAMESPACE = "argocd";
export const FLUX_NAMESPACE = "flux-system";

export const NAMESPACES = Array.from({ length: TEAMS }, (_, team) => `team-${team + 1}`);

/** Argo CD keeps one half of them, Flux the other. */
export const FLEET: FleetService[] = NAMESPACES.flatMap((namespace, team) =>
  Array.from({ length: SERVICES_EACH }, (_, index) => ({
    name: `service-${team * SERVICES_EACH + index + 1}`,
    team: `Team ${team + 1}`,
    namespace,
    keptBy: (team * SERVICES_EACH + index) % 2 === 0 ? ("argo-cd" as const) : ("flux" as const),
  })),
);

/** What a freeze of all of them holds, by layer; the gate holds by itself. */
export const HELD: Record<string, number> = {
  gate: 1,
  kubernetes: NAMESPACES.length,
  github: 1,
  "argo-cd": FLEET.filter(({ keptBy }) => keptBy === "argo-cd").length,
  flux: FLEET.filter(({ keptBy }) => keptBy === "flux").length,
};
