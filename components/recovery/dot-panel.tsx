"use client";
import { type ReactNode, useMemo } from "react";
import { useAction } from "@/components/action/use-action";
import { Button } from "@/components/ui/button";
import { type RecoveryPicture, unpackDots } from "@/lib/browser/pack-dots";
import type { Quantile, RestoredBy } from "@/lib/contracts/recovery";
import { LEVER_NAMES } from "@/lib/rules/recovery-names";
import { DefinedPanel } from "./defined-panel";
import { DotPlot } from "./dot-plot";
import { DotTable } from "./dot-table";
import { quantileOf } from "./duration-words";
import { LeverMark } from "./lever-mark";

const levers: RestoredBy[] = ["retoggle", "rollback", "revert", "none"];
const DAY_MS = 86_400_000;

/** A line of the plot and what it stands for. */
function Line({
  quantile,
  name,
  dash,
}: {
  quantile: Quantile | null;
  name: string;
  dash?: string;
}) {
  if (quantile === null) return null;
  return (
    <li className="flex items-center gap-1.5">
      <svg width="22" height="8" aria-hidden="true">
        <line
          x2="22"
          y1="4"
          y2="4"
          stroke="var(--ink)"
          strokeWidth="1.6"
          {...(dash ? { strokeDasharray: dash } : {})}
        />
      </svg>
      {name} {quantileOf(quantile)}
    </li>
  );
}

/** Every restored incident of the period, as a plot or as a table. */
export function DotPanel({
  view,
  isEverything,
  isTable,
  turn,
  actions,
}: {
  view: RecoveryPicture;
  /** Whether the period is all there is. */
  isEverything: boolean;
  isTable: boolean;
  turn: () => void;
  actions: ReactNode;
}) {
  const dots = useMemo(() => unpackDots(view.dots), [view.dots]);
  useAction({
    id: "recovery-table",
    label: isTable ? "Show recoveries as a plot" : "Show recoveries as a table",
    group: "Appearance",
    run: turn,
  });
  const all = view.groups.all[0];
  if (!all) return null;
  const begin = Date.parse(view.from);
  const first = dots[0]?.at ?? begin;
  // Everything begins where the records do.
  const from = isEverything ? Math.max(begin, first - 10 * DAY_MS) : begin;
  return (
    <DefinedPanel
      title="Every recovery"
      aside={`${dots.length}, from harm to verified restoration`}
      defines={["recovery", "median"]}
      actions={
        <>
          {actions}
          <Button size="small" aria-pressed={isTable} onClick={turn}>
            Table
          </Button>
        </>
      }
    >
      {isTable ? (
        <DotTable dots={dots} />
      ) : (
        <>
          <ul className="flex flex-wrap gap-x-4 gap-y-1 px-3.5 pt-2.5 text-meta text-ink-2">
            {levers.map((lever) => (
              <li key={lever} className="flex items-center gap-1.5">
                <LeverMark lever={lever} /> {LEVER_NAMES[lever]}
              </li>
            ))}
            {dots.some(({ isDrill }) => isDrill) ? <li>faint: in a drill</li> : null}
            {dots.length > 1 ? (
              <>
                <Line quantile={all.now.median} name="median" />
                <Line quantile={all.now.p90} name="P90" dash="6 4" />
                <Line quantile={all.before.median} name="median before" dash="1 4" />
              </>
            ) : null}
          </ul>
          <DotPlot
            dots={dots}
            from={from}
            to={Date.parse(view.to)}
            now={all.now}
            before={all.before}
          />
          <p id="dot-plot-keys" className="px-3.5 pb-2.5 text-meta text-ink-3">
            The axis of durations is logarithmic; bands are 95 % intervals. With the keyboard:
            arrows go from dot to dot in time, Enter opens the incident.
            {all.now.why ? ` ${all.now.why}` : ""}
          </p>
        </>
      )}
    </DefinedPanel>
  );
}
