import type { Evidence } from "@/lib/contracts/suspect";

/** Less than this speaks neither for nor against it. */
const TELLING = 0.05;

function signOf({ logOdds }: Evidence): { glyph: string; word: string } {
  if (logOdds > TELLING) return { glyph: "+", word: "For: " };
  if (logOdds < -TELLING) return { glyph: "−", word: "Against: " };
  return { glyph: "·", word: "" };
}

/** What tells: of a short list the strongest for it and the strongest against it, so that neither is hidden. */
function choose(evidence: Evidence[], isShort: boolean): Evidence[] {
  if (!isShort) return evidence;
  const forIt = evidence.find(({ logOdds }) => logOdds > TELLING);
  const against = evidence.find(({ logOdds }) => logOdds < -TELLING);
  return evidence.filter((one) => one === forIt || one === against);
}

/**
 * What speaks for and against a cause, each with its mark, what says nothing last and quietly. Short,
 * it is the strongest of either side.
 */
export function EvidenceList({
  evidence,
  isShort = false,
}: {
  evidence: Evidence[];
  isShort?: boolean;
}) {
  const telling = evidence.filter(({ logOdds }) => Math.abs(logOdds) > TELLING);
  const silent = isShort ? [] : evidence.filter((one) => !telling.includes(one));
  const shown = choose(telling, isShort);
  const left = telling.length - shown.length;
  if (shown.length + silent.length === 0) return null;
  return (
    <ul className="mt-0.5 flex flex-col gap-px text-meta text-ink-2">
      {[...shown, ...silent].map((one) => {
        const { glyph, word } = signOf(one);
        return (
          <li
            key={one.sentence}
            className={`grid grid-cols-[0.875rem_minmax(0,1fr)] ${word ? "" : "text-ink-3"}`}
          >
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
