import { plannedTime } from "@/components/clock/duration";
import { Time } from "@/components/clock/time";
import { ColumnHeads } from "@/components/ui/column-heads";
import { ScrollBox } from "@/components/ui/scroll-box";
import type { PhaseName, RecoveryPhase } from "@/lib/contracts/recovery-phase";

export const phaseWords: Record<PhaseName, { title: string; means: string }> = {
  detect: { title: "Detect", means: "harm began, until the first alert or the declaration" },
  declare: { title: "Declare", means: "until the incident was declared" },
  decide: { title: "Decide", means: "until the lever that helped was pulled" },
  act: { title: "Act", means: "until the product accepted it" },
  "take-effect": { title: "Take effect", means: "until it was in effect" },
  verify: { title: "Verify", means: "until the signal proved it" },
};

/** The longest known phase, where the time went. */
export function longestPhase(phases: readonly RecoveryPhase[]): RecoveryPhase | null {
  return phases.reduce<RecoveryPhase | null>(
    (longest, phase) => ((phase.ms ?? 0) > (longest?.ms ?? 0) ? phase : longest),
    null,
  );
}

/** The parts of the recovery as one bar of true proportions, and as the table it is drawn from. */
export function PhaseBar({ phases }: { phases: RecoveryPhase[] }) {
  const known = phases.filter(({ ms }) => ms !== null && ms > 0);
  const sum = known.reduce((all, { ms }) => all + (ms ?? 0), 0);
  const longest = longestPhase(phases);
  const isMissing = phases.some(({ ms }) => ms === null);
  return (
    <div className="border-t border-line pt-3">
      <h3 className="px-3.5 text-body">Where the time went</h3>
      <p className="px-3.5 text-ink-2">
        {longest?.ms
          ? `Most of it in “${phaseWords[longest.name].title}”: ${plannedTime(longest.ms)} of ${plannedTime(sum)}.`
          : "No phase can be told from what was recorded."}
        {isMissing && longest ? " Some phases aren't known and are left out of the bar." : ""}
      </p>
      {known.length > 0 ? (
        <div aria-hidden="true" className="mx-3.5 mt-2 flex h-6 gap-px overflow-hidden rounded-md">
          {known.map((phase) => (
            <div
              key={phase.name}
              style={{ flexGrow: phase.ms ?? 0, flexBasis: 0 }}
              className={`flex min-w-1 items-center overflow-hidden px-1.5 text-meta whitespace-nowrap ${
                phase === longest
                  ? "bg-accent font-semibold text-on-accent"
                  : "bg-sunken text-ink-2"
              }`}
            >
              {(phase.ms ?? 0) > sum * 0.12 ? phaseWords[phase.name].title : ""}
            </div>
          ))}
        </div>
      ) : null}
      <ScrollBox label="Table of phases">
        <table className="grid-table mt-1 max-sm:[&_td:last-child]:hidden max-sm:[&_th:last-child]:hidden max-sm:[&_td]:px-2! max-sm:[&_th]:px-2!">
          <ColumnHeads names={["Phase", "Took", "From (UTC)", "To (UTC)", "Means"]} />
          <tbody>
            {phases.map((phase) => (
              <tr key={phase.name} className="*:py-1!">
                <th scope="row" className="whitespace-nowrap">
                  {phase === longest ? (
                    <b className="font-semibold">{phaseWords[phase.name].title}</b>
                  ) : (
                    phaseWords[phase.name].title
                  )}
                </th>
                <td className="whitespace-nowrap">
                  {phase.ms === null ? (
                    <span className="text-ink-3">not known</span>
                  ) : (
                    <b className="font-semibold">
                      {phase.ms === 0 ? "0 s" : plannedTime(phase.ms)}
                    </b>
                  )}
                </td>
                <td className="whitespace-nowrap">
                  {phase.from ? <Time at={phase.from} only="absolute" /> : "–"}
                </td>
                <td className="whitespace-nowrap">
                  {phase.to ? <Time at={phase.to} only="absolute" /> : "–"}
                </td>
                <td className="text-ink-3">{phaseWords[phase.name].means}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </div>
  );
}
