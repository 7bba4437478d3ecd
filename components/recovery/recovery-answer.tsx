import type { RecoveryView } from "@/lib/contracts/recovery";
import { LEAST_TO_COMPARE } from "@/lib/rules/recovery-statistics";
import { answerOf, changesIn, slowestOf } from "./answer";
import { quantileOf } from "./duration-words";

const hues = { faster: "text-good", slower: "text-warn" } as const;

/** The two questions of whoever watches recovery, answered in a sentence each. */
export function RecoveryAnswer({
  groups,
  isEverything,
}: {
  groups: RecoveryView["groups"];
  /** Whether the period is all there is. */
  isEverything: boolean;
}) {
  const [all] = groups.all;
  if (!all) return null;
  const { verdict, way, sentence } = answerOf(all, isEverything);
  const slowest = slowestOf(groups.phase);
  const changes = changesIn([
    ...groups.phase,
    ...groups.lever,
    ...groups.service,
    ...groups.severity,
  ]);
  return (
    <section
      aria-label="In short"
      className="panel grid gap-x-8 gap-y-3 px-3.5 py-3 lg:grid-cols-2"
    >
      <div>
        <h2 className="text-meta font-medium text-ink-3">Are we getting better at recovery?</h2>
        <p className={`text-title font-[620] ${way ? hues[way] : ""}`}>{verdict}</p>
        <p className="max-w-prose text-ink-2">
          {sentence}
          {changes ? ` Clear below: ${changes}.` : ""}
        </p>
      </div>
      <div>
        <h2 className="text-meta font-medium text-ink-3">Where does the time go?</h2>
        {slowest?.now.median ? (
          <>
            <p className="text-title font-[620]">Most to “{slowest.label}”</p>
            <p className="max-w-prose text-ink-2">
              Its median is {quantileOf(slowest.now.median)}, {`n\u00a0${slowest.now.n}`}, the
              longest of the six phases
              {slowest.now.n < LEAST_TO_COMPARE ? "; so few say little of the next" : ""}.
            </p>
          </>
        ) : (
          <p className="text-ink-2">No phase of a recovery is known in this period.</p>
        )}
      </div>
    </section>
  );
}
