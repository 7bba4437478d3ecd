import type { AllowedDelivery } from "@/lib/contracts/freeze";

type Allowed = Pick<AllowedDelivery, "kind" | "value" | "why" | "heads">;

const keyOf = ({ kind, value, heads }: Allowed) =>
  `${kind} ${value}${heads === undefined ? "" : " at its heads"}`;

/**
 * What may pass where several freezes hold the same thing: the cure of any of their incidents, and what
 * somebody let through every one of them.
 */
export function allowedThrough<A extends Allowed>(freezes: readonly (readonly A[])[]): A[] {
  const all = freezes.flat();
  const through = all.filter(
    (one) =>
      one.why === "cure" ||
      freezes.every((allowed) => allowed.some((other) => keyOf(other) === keyOf(one))),
  );
  return [...new Map(through.map((one) => [keyOf(one), one])).values()];
}

/** "owner/name#12" of pull requests that may be merged whatever they end at. */
export function pullsOf(allowed: readonly Allowed[]): string[] {
  return valuesOf(
    allowed.filter(({ heads }) => heads === undefined),
    "pull",
  );
}

export function valuesOf(allowed: readonly Allowed[], kind: Allowed["kind"]): string[] {
  return allowed.filter((one) => one.kind === kind).map(({ value }) => value);
}
