import type { AllowedDelivery, Freeze } from "@/lib/contracts/freeze";
import { thawWarning } from "../thaw-warning";
import { closedWith, type Draft } from "./facts";

const DELIVERIES = { commit: "commit", pull: "pull request", image: "image" } as const;

/** A freeze that is on, or was; and each delivery that somebody let through it. */
export function ofFreeze(freeze: Freeze, all: readonly Freeze[], now: number): Draft[] {
  const { id, restorationId, createdAt, thawedAt, until } = freeze;
  const isExpired = Date.parse(until) <= now;
  const end = thawedAt
    ? { at: thawedAt, by: whoEnded(freeze) }
    : isExpired
      ? { at: until, by: "its expiry" }
      : null;
  const what = freeze.services.length === 0 ? "everything" : freeze.services.join(", ");
  const warning = thawWarning(freeze, all, new Date(now));
  return [
    {
      key: `freeze:${id}`,
      kind: "freeze",
      restorationId,
      sentence: end ? `${id} froze ${what}.` : `${id} freezes ${what}.`,
      openedAt: createdAt,
      ...closedWith(end),
      actions: [{ kind: "thaw", freezeId: id, warning }],
    },
    ...freeze.allowed.flatMap((one) =>
      one.why === "override" && one.mergedFrom === undefined ? [ofAllowed(freeze, one)] : [],
    ),
  ];
}

function whoEnded({ thawedBy, thawedBecause, incidentId, restorationId }: Freeze): string {
  if (thawedBy !== null) return thawedBy;
  switch (thawedBecause) {
    case "not-done":
      return `${restorationId ?? "a Restoration"}, which changed nothing`;
    case "resolved":
      return `the end of ${incidentId ?? "its incident"}`;
    case "hand":
    case "expiry":
    case null:
      return "its expiry";
    default:
      return thawedBecause satisfies never;
  }
}

function ofAllowed({ id, restorationId }: Freeze, allowed: AllowedDelivery): Draft {
  const { kind, value, by, reason, at } = allowed;
  return {
    key: `override-used:${id}:${kind}:${value}`,
    kind: "override-used",
    restorationId,
    sentence: `${by} let ${DELIVERIES[kind]} ${value} through ${id} because: ${reason}`,
    openedAt: at,
    ...closedWith(null),
    actions: [],
  };
}
