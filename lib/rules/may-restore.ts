import type { Incident } from "@/lib/contracts/incident";
import type { Restoration } from "@/lib/contracts/restoration";

export type MayRestoreInput = {
  incident: Pick<Incident, "id" | "status" | "isDrill" | "services">;
  /** The service whose lever is pulled, when it is known. */
  service: string | null;
  /** The latest Restoration on the same resource, or null. */
  latest: Pick<Restoration, "id" | "state" | "by" | "label"> | null;
  /** Set when this press undoes a Restoration. */
  putBackOf: Pick<Restoration, "id" | "acceptedAt" | "putBackBy"> | null;
};

export type MayRestore =
  | { may: true }
  | { may: false; outcome: "already"; because: string }
  | { may: false; outcome: "refused"; code: string; because: string };

/**
 * The preconditions of every pull, whichever the lever: the incident is open, a drill stays on its own
 * services, nobody else's press on the same thing is still unanswered, and what is to be put back was done and wasn't put back yet.
 */
export function mayRestore({ incident, service, latest, putBackOf }: MayRestoreInput): MayRestore {
  if (incident.status === "resolved" || incident.status === "reviewed") {
    return {
      may: false,
      outcome: "refused",
      code: "incident-closed",
      because: `${incident.id} is ${incident.status}. Reopen it or declare a new incident first.`,
    };
  }
  if (incident.isDrill && !incident.services.includes(service ?? "")) {
    return {
      may: false,
      outcome: "refused",
      code: "not-drillable",
      because: `${incident.id} is a drill on ${incident.services.join(", ")}: it pulls no lever of ${service ?? "what belongs to no service"}.`,
    };
  }
  if (latest && isUnanswered(latest.state)) {
    return {
      may: false,
      outcome: "already",
      because: `${latest.by} is doing this: ${latest.label} (${latest.id}).`,
    };
  }
  if (putBackOf && putBackOf.acceptedAt === null) {
    return {
      may: false,
      outcome: "refused",
      code: "nothing-to-put-back",
      because: `${putBackOf.id} did nothing that could be put back.`,
    };
  }
  if (putBackOf?.putBackBy) {
    return {
      may: false,
      outcome: "already",
      because: `${putBackOf.id} was put back already, by ${putBackOf.putBackBy}.`,
    };
  }
  return { may: true };
}

function isUnanswered(state: Restoration["state"]): boolean {
  return state === "planned" || state === "asked" || state === "unknown";
}
