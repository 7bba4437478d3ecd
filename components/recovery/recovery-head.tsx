import { PlaceHead } from "@/components/shell/place-head";

const sides = [
  { href: "/recovery", label: "Recovery" },
  { href: "/readiness", label: "Readiness" },
] as const;

/** Recovery has two sides: how it went, and whether it would go today. */
export function RecoveryHead({ aside }: { aside?: string }) {
  return <PlaceHead name="Recovery and readiness" sides={sides} aside={aside} />;
}
