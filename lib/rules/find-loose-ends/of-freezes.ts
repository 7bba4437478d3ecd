import type { AllowedDelivery, Freeze } from "@/lib/contracts/freeze";
import { closedWith, type Draft } from "./facts";

/** A freeze that is on, or was; and each delivery that somebody let through it. */
export function ofFreeze(freeze: Freeze, now: number): Draft[] {
  const { id, restorationId, createdAt, thawedAt, thawedBy, until } = freeze;
  const isExpired = Date.parse(until) <= now;
  const end = thawedAt
    ? { at: thawedAt, by: thawedBy ?? "its expiry" }
    : isExpired
      ? { at: until, by: "its expiry" }
      : null;
  const what = freeze.services.length === 0 ? "everything" : freeze.services.join(", ");
  const waiting = freeze.heldDeliveries.filter(({ letThroughAt }) => letThroughAt === null).length;
  const go = waiting === 1 ? "One delivery goes on" : `${waiting} deliveries go on`;
  return [
    {
      key: `freeze:${id}`,
      kind: "freeze",
      restorationId,
      sentence: end ? `${id} froze ${what}.` : `${id} freezes ${what}.`,
      openedAt: createdAt,
      ...closedWith(end),
      actions: [{ kind: "thaw", freezeId: id, warning: waiting === 0 ? null : `${go} at once.` }],
    },
    ...freeze.allowed.flatMap((one) => (one.why === "override" ? [ofAllowed(freeze, one)] : [])),
  ];
}

function ofAllowed({ id, restorationId }: Freeze, allowed: AllowedDelivery): Draft {
  const { kind, value, by, reason, at } = allowed;
  return {
    key: `override-used:${id}:${kind}:${value}`,
    kind: "override-used",
    restorationId,
    sentence: `${by} let ${kind} ${value} through ${id} because: ${reason}`,
    openedAt: at,
    ...closedWith(null),
    actions: [],
  };
}
