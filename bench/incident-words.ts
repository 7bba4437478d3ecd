import type { IncidentOutcome } from "../lib/rules/evaluation/incident-outcome.ts";
import type { IncidentMeasures, Share } from "../lib/rules/evaluation/measure-incidents.ts";

/** The figures of one part of a set, as lines. */
export function measuresInWords(name: string, measures: IncidentMeasures): string[] {
  const { culprit, levers, calibration } = measures;
  const tops = (who: string, { top1, top3, top5 }: IncidentMeasures["culprit"]["ours"]) =>
    `  ${who.padEnd(38)} first ${percent(top1)} · of three ${percent(top3)} · of five ${percent(top5)}`;
  return [
    `${name}: ${measures.incidents} incidents, ${culprit.ours.top1.n} caused by a change`,
    tops("culprit named by Known Good", culprit.ours),
    tops("by the latest change", culprit.latest),
    tops("by the latest on an affected service", culprit.latestAffected),
    `  first of five, interval                ${interval(culprit.ours.top1)}, ${interval(culprit.ours.top5)}`,
    `  likeliest was the truth                ${whole(measures.likeliestRight)}`,
    `  lever right                            ${whole(measures.leverRight)} (abstained ${levers.abstained}, wrong lever ${levers["wrong-lever"]}, wrong suspect ${levers["wrong-suspect"]})`,
    `  unsafe levers recommended              ${measures.unsafe.length}${list(measures.unsafe)}`,
    `  nothing changed: lever recommended     ${whole(measures.blamed)}`,
    `  nothing changed: a change led          ${whole(measures.outweighedNone)}`,
    `  Brier ${figure(measures.brier)} · calibration error ${figure(calibration.error)} · start of harm within ${figure(measures.onsetErrorMinutesP50)} min (median)`,
    ...calibration.bins
      .filter(({ n }) => n > 0)
      .map(
        ({ from, to, n, stated, found }) =>
          `    said ${hundred(from)}–${hundred(to)} %: ${hundred(stated)} % said, ${hundred(found)} % so (n = ${n})`,
      ),
  ];
}

/** What went wrong, one line an incident. */
export function missesInWords(outcomes: IncidentOutcome[]): string[] {
  return outcomes.flatMap((one) => {
    const isMissed = one.culprit !== null && one.rank.ours !== 1;
    if (!isMissed && one.leverOutcome === "right" && !one.outweighedNone) return [];
    const place = one.culprit === null ? "none" : `place ${one.rank.ours ?? "–"}`;
    const { name, probability } = one.likeliest;
    return `  ${one.id.padEnd(34)} ${place.padEnd(9)} likeliest ${name} (${hundred(probability)} %), lever ${one.lever}: ${one.leverOutcome}`;
  });
}

function percent({ share, hits, n }: Share): string {
  return share === null ? "–" : `${hundred(share)} % (${hits}/${n})`;
}

function whole(one: Share): string {
  return `${percent(one)}, ${interval(one)}`;
}

function interval({ interval: range }: Share): string {
  return range ? `${hundred(range.low)}–${hundred(range.high)} %` : "of nothing";
}

function list(ids: string[]): string {
  return ids.length === 0 ? "" : `: ${ids.join(", ")}`;
}

function hundred(value: number | null): string {
  return value === null ? "–" : String(Math.round(value * 100));
}

function figure(value: number | null): string {
  return value === null ? "–" : value.toFixed(2);
}
