import { PlaceHead } from "@/components/shell/place-head";

const sides = [
  { href: "/retros", label: "Retros" },
  { href: "/follow-ups", label: "Follow-ups" },
] as const;

/** The two lists of what was learned: the retros, and what came of them. */
export function RetrosHead() {
  return <PlaceHead name="Retros and follow-ups" sides={sides} />;
}
