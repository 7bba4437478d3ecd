import type { Evidence } from "@/lib/contracts/suspect";

/** Less than this speaks neither for nor against it. */
const TELLING = 0.05;

function signOf({ logOdds }: Evidence): { glyph: string; word: string } {
  if (logOdds > TELLING) return { glyph: "+", word: "For: " };
  if (logOdds < -TELLING) return { glyph: "−", word: "Against: " };
  return { glyph: "·", word: "" };
}

/** What speaks for and against a cause, each with its mark; `most` leaves the weakest out. */
export function EvidenceList({ evidence, most }: { evidence: Evidence[]; most?: number }) {
  const shown = evidence.slice(0, most);
  const left = evidence.length - shown.length;
  if (evidence.length === 0) return null;
  return (
    <ul className="mt-0.5 flex flex-col gap-px text-meta text-ink-2">
      {shown.map((one) => {
        const { glyph, word } = signOf(one);
        return (
          <li key={one.sentence} className="grid grid-cols-[0.875rem_minmax(0,1fr)]">
            <span aria-hidden="true" className="font-semibold text-ink-3">
              {glyph}
            </span>
            <span className="min-w-0 wrap-anywhere">
              {word ? <span className="sr-only">{word}</span> : null}
              {one.sentence}
            </span>
          </li>
        );
      })}
      {left > 0 ? <li className="ps-3.5 text-ink-3">and {left} more, when chosen</li> : null}
    </ul>
  );
}
