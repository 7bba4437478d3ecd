import Link from "next/link";
import { ChangeLinks } from "@/components/change/change-links";
import { Time } from "@/components/clock/time";
import { LaneGlyph } from "@/components/signal/lane-glyph";
import { glyphOf } from "@/components/signal/lane-marker";
import type { Change } from "@/lib/contracts/change";
import type { NoRecentChange, Suspect } from "@/lib/contracts/suspect";
import { EvidenceList } from "./evidence-list";
import { Likelihood } from "./likelihood";

const ROW =
  "relative grid grid-cols-[1rem_minmax(0,1fr)] gap-2 border-b border-line px-3.5 py-2.5 last:rounded-b-[9px] last:border-b-0";

/** One suspect: how likely, what speaks for and against it, what belongs to it. */
export function SuspectRow({
  suspect,
  rank,
  isChosen,
  href,
  changes,
}: {
  suspect: Suspect;
  rank: number;
  isChosen: boolean;
  href: string;
  changes: ReadonlyMap<string, Change>;
}) {
  const head = changes.get(suspect.id);
  return (
    <li
      data-chosen={isChosen}
      className={`${ROW} ${
        isChosen
          ? "bg-accent-soft before:absolute before:inset-y-0 before:start-0 before:w-[3px] before:rounded-bs-[inherit] before:bg-accent"
          : "hover:bg-sunken"
      }`}
    >
      <span aria-hidden="true" className="text-ink-3">
        {rank}
      </span>
      <div className="min-w-0">
        <Link
          data-item
          href={href}
          replace
          scroll={false}
          aria-current={isChosen ? "true" : undefined}
          className={`flex items-start gap-1.5 before:absolute before:inset-0 ${isChosen ? "font-semibold" : "font-medium"}`}
        >
          {head ? (
            <span className="mt-[3px] text-ink-2">
              <LaneGlyph lane={glyphOf[head.kind]} />
            </span>
          ) : null}
          <span className="min-w-0 wrap-anywhere">{suspect.title}</span>
        </Link>
        <Likelihood probability={suspect.probability} />
        {/* On a phone the levers are near only when the others stay short. */}
        <div className={isChosen ? "" : "max-md:hidden"}>
          <EvidenceList evidence={suspect.evidence} isShort={!isChosen} />
        </div>
        <p className="mt-0.5 flex flex-wrap items-center gap-x-2 text-meta text-ink-3">
          {head ? <Time at={head.at} /> : null}
          <ChangeLinks ids={suspect.changeIds} changes={changes} />
        </p>
      </div>
    </li>
  );
}

/** That none of them did it; where that is the likeliest, what to look at next. */
export function NoRecentChangeRow({
  cause,
  isLikeliest,
}: {
  cause: NoRecentChange;
  isLikeliest: boolean;
}) {
  return (
    <li className={ROW}>
      <span aria-hidden="true" className="text-ink-3">
        –
      </span>
      <div className="min-w-0">
        <p className="font-medium">No recent change</p>
        <Likelihood probability={cause.probability} />
        <div className={isLikeliest ? "" : "max-md:hidden"}>
          <EvidenceList evidence={cause.evidence} isShort={!isLikeliest} />
        </div>
        {isLikeliest ? (
          <p className="mt-1 text-meta text-ink-2">
            What would tell: the state of outside providers, traffic, certificates and jobs that ran
            then; an error message in a note; or a better start of harm.
          </p>
        ) : null}
      </div>
    </li>
  );
}
