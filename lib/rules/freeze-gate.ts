import type { AllowedDelivery, Freeze, GateAnswer } from "@/lib/contracts/freeze";
import { isSameCommit } from "./freeze-cure";
import { covers, isOn } from "./freeze-holds";
import { clockInWords } from "./moment-words";

export type GatedFreeze = Pick<
  Freeze,
  "id" | "services" | "reason" | "by" | "until" | "thawedAt" | "incidentId"
> & { allowed: readonly Pick<AllowedDelivery, "kind" | "value">[]; url: string };

/**
 * Whether a pipeline may deliver this commit of a service now. Every freeze on the service must let it
 * through; a pipeline that names no commit is held by any.
 */
export function gateAnswer(
  freezes: readonly GatedFreeze[],
  { service, sha, now }: { service: string; sha: string | null; now: Date },
): GateAnswer {
  const covering = freezes.filter((one) => isOn(one, now) && covers(one.services, service));
  const holding = covering.filter((one) => !letsThrough(one, sha));
  return {
    open: holding.length === 0,
    service,
    sha,
    sentence: sentenceOf(service, sha, covering, holding),
    freezes: covering.map(({ id, reason, by, until, incidentId, url, allowed }) => ({
      ...{ id, reason, by, until, incidentId, url },
      allowed: commitsOf(allowed),
    })),
  };
}

/** Whether a freeze allows a commit. */
export function letsThrough({ allowed }: Pick<GatedFreeze, "allowed">, sha: string | null) {
  return sha !== null && commitsOf(allowed).some((commit) => isSameCommit(commit, sha));
}

function commitsOf(allowed: GatedFreeze["allowed"]): string[] {
  return allowed.flatMap(({ kind, value }) => (kind === "commit" ? [value] : []));
}

function sentenceOf(
  service: string,
  sha: string | null,
  covering: readonly GatedFreeze[],
  holding: readonly GatedFreeze[],
): string {
  const [first] = holding;
  const what = sha === null ? service : `${service} at ${sha.slice(0, 7)}`;
  if (!first) {
    const through = covering.map(({ id }) => id).join(", ");
    return covering.length === 0
      ? `${service} isn’t frozen: deliver.`
      : `${what} is let through ${through}: deliver.`;
  }
  const words = holding.map(
    ({ id, incidentId, by, until, reason }) =>
      `${id}${incidentId ? ` (${incidentId})` : ""} by ${by} until ${clockInWords(until)} UTC: ${reason}`,
  );
  const ask =
    sha === null
      ? " Name the commit with &sha=, so that this delivery can be let through."
      : ` A responder can let this delivery through, or thaw: ${first.url}`;
  return `${what} is frozen. ${words.join("; ")}.${ask}`;
}
