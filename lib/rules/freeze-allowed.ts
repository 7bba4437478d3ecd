import type { AllowedDelivery } from "@/lib/contracts/freeze";

type Allowed = Pick<AllowedDelivery, "kind" | "value" | "why">;

const keyOf = ({ kind, value }: Allowed) => `${kind} ${value}`;

/**
 * What may pass where several freezes hold the same thing: the cure of any of their incidents, and what
 * somebody let through every one of them.
 */
export function allowedThrough(freezes: readonly (readonly Allowed[])[]): Allowed[] {
  const all = freezes.flat();
  const through = all.filter(
    (one) =>
      one.why === "cure" ||
      freezes.every((allowed) => allowed.some((other) => keyOf(other) === keyOf(one))),
  );
  return [...new Map(through.map((one) => [keyOf(one), one])).values()];
}

export function valuesOf(allowed: readonly Allowed[], kind: Allowed["kind"]): string[] {
  return allowed.filter((one) => one.kind === kind).map(({ value }) => value);
}
