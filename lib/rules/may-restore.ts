import type { Incident } from "@/lib/contracts/incident";
import type { Blocker } from "@/lib/contracts/lever";
import type { Restoration } from "@/lib/contracts/restoration";
import { closedInWords } from "./closed-incident";

export type MayRestoreInput = {
  incident: Pick<Incident, "id" | "status" | "isDrill" | "services">;
  /** The service whose lever is pulled, when it is known. */
  service: string | null;
  /** The latest Restoration on the same resource, or null. */
  latest: Pick<Restoration, "id" | "state" | "by" | "label"> | null;
  /** Set when this press undoes a Restoration. */
  putBackOf: Pick<Restoration, "id" | "acceptedAt" | "putBackBy"> | null;
  /** What stands in the way as far as the ledger knows. */
  blockers: Blocker[];
  /** Why a person pulls it all the same. */
  overrideReason: string | null;
};

export type MayRestore =
  /** What was overridden goes into the receipts. */
  | { may: true; overrides: Override | null }
  | { may: false; outcome: "already"; because: string }
  | { may: false; outcome: "refused"; code: string; because: string };

/** Blockers that a person set aside, and why. */
export type Override = { codes: string[]; sentence: string; reason: string };

/**
 * The preconditions of every pull, whichever the lever: the incident is open, a drill stays on its own
 * services, nobody else's press on the same thing is still unanswered, what is to be put back was done
 * and wasn't put back yet, and nothing known stands in the way unless somebody has typed why it may.
 */
export function mayRestore(input: MayRestoreInput): MayRestore {
  const { incident, service, latest, putBackOf } = input;
  const closed = closedInWords(incident);
  if (closed) return { may: false, outcome: "refused", code: "incident-closed", because: closed };
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
      because: `${putBackOf.id} did nothing that could be put back. Pull a lever instead.`,
    };
  }
  if (putBackOf?.putBackBy) {
    return {
      may: false,
      outcome: "already",
      because: `${putBackOf.id} was put back already, by ${putBackOf.putBackBy}.`,
    };
  }
  return overBlockers(input);
}

/** A reason without a blocker says nothing. */
function overBlockers({ blockers, overrideReason }: MayRestoreInput): MayRestore {
  const [first] = blockers;
  if (!first) return { may: true, overrides: null };
  const firm = blockers.find(({ mayOverride }) => mayOverride !== true);
  if (firm) return { may: false, outcome: "refused", code: firm.code, because: firm.sentence };
  if (overrideReason === null) {
    const because = `${first.sentence} Type why it holds all the same, then press.`;
    return { may: false, outcome: "refused", code: first.code, because };
  }
  const overrides = {
    codes: blockers.map(({ code }) => code),
    sentence: blockers.map(({ sentence }) => sentence).join(" "),
    reason: overrideReason,
  };
  return { may: true, overrides };
}

function isUnanswered(state: Restoration["state"]): boolean {
  return state === "planned" || state === "asked" || state === "unknown";
}
