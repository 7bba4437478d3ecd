import { Time } from "@/components/clock/time";
import { Commands } from "@/components/ui/commands";
import { ExternalLink } from "@/components/ui/external-link";
import type { Hold } from "@/lib/contracts/hold";
import { HOLD_STATES, isLeaking, LAYERS } from "./hold-words";

function Row({ hold }: { hold: Hold }) {
  const { layer, source, subject, state, sentence, who, endsByItself, commands, url, at } = hold;
  const { word, shape, hue } = HOLD_STATES[state];
  const isOver = state === "released";
  return (
    <li className="grid grid-cols-[1.25rem_minmax(0,1fr)] gap-x-1.5 border-b border-line px-3.5 py-2 last:border-b-0">
      <svg
        width="15"
        height="15"
        viewBox="0 0 16 16"
        aria-hidden="true"
        className={`mt-0.5 shrink-0 ${hue}`}
      >
        <path d={shape} fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" />
      </svg>
      <div className="min-w-0 wrap-anywhere">
        <p className="flex flex-wrap gap-x-2">
          <b className="font-semibold">{LAYERS[layer]}</b>
          <ExternalLink href={url}>{subject}</ExternalLink>
          {source ? <span className="text-ink-3">in {source}</span> : null}
          <span className={`font-medium ${hue}`}>{word}</span>
          <span className="text-ink-3">
            since <Time at={at} only="absolute" />
          </span>
        </p>
        <p className={isLeaking(hold) ? "text-ink" : "text-ink-2"}>
          {sentence}
          {who ? ` Can be changed by ${who}.` : ""}
        </p>
        {isOver ? null : (
          <div className="text-meta text-ink-3">
            {state === "not-held"
              ? null
              : endsByItself
                ? "Ends by itself, even when this server is gone."
                : "Doesn’t end when this server is gone: it would have to be let go of by hand."}
            {commands.length > 0 ? (
              <details>
                <summary className="min-h-6 content-center text-ink-2">
                  How to let go by hand<span className="sr-only"> of {subject}</span>
                </summary>
                <Commands commands={commands} />
              </details>
            ) : null}
          </div>
        )}
      </div>
    </li>
  );
}

/** What is held, where, since when and until what; what isn't held comes first, with who can change it. */
export function HoldList({ holds }: { holds: readonly Hold[] }) {
  const ordered = holds.toSorted((a, b) => Number(isLeaking(b)) - Number(isLeaking(a)));
  return (
    <ul aria-label="What it holds">
      {ordered.map((hold) => (
        <Row key={hold.id} hold={hold} />
      ))}
    </ul>
  );
}
