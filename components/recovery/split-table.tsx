"use client";
import type { ReactNode } from "react";
import { ScrollBox } from "@/components/ui/scroll-box";
import type { Quantile, RecoveryGroup } from "@/lib/contracts/recovery";
import type { DefinitionName } from "@/lib/rules/recovery-definitions";
import { LEAST_FOR_P90, LEAST_TO_COMPARE } from "@/lib/rules/recovery-statistics";
import { ChangeGlyph } from "./change-glyph";
import { DefinedPanel } from "./defined-panel";
import { intervalOf, spanOf } from "./duration-words";

/** A duration with its interval; quiet where n is too small for one. */
function Span({ quantile }: { quantile: Quantile | null }) {
  if (quantile === null) return <span className="text-ink-3">–</span>;
  const interval = intervalOf(quantile);
  return (
    <span className="whitespace-nowrap">
      <span className={interval ? "font-semibold" : "text-ink-2"}>{spanOf(quantile.value)}</span>{" "}
      <span className="text-ink-3">{interval}</span>
    </span>
  );
}

/** One split of the history, a row for each group: n, median, P90, the period before, the change. */
export function SplitTable({
  title,
  head,
  groups,
  defines = ["median", "ratio", "recovery"],
  note,
  mark,
  actions,
}: {
  title: string;
  /** What the rows are: "Lever". */
  head: string;
  groups: readonly RecoveryGroup[];
  defines?: readonly DefinitionName[];
  note?: ReactNode;
  mark?: (group: RecoveryGroup) => ReactNode;
  actions?: ReactNode;
}) {
  const isFew = groups.some(({ now }) => now.why !== null);
  const longest = Math.max(1, ...groups.map(({ now }) => now.median?.value ?? 0));
  return (
    <DefinedPanel title={title} defines={defines} actions={actions}>
      {note ? <p className="px-3.5 pt-2.5 text-ink-2">{note}</p> : null}
      <ScrollBox label={`Table: ${title}`}>
        <table className="grid-table">
          <thead>
            <tr>
              <th scope="col" className="w-36">
                {head}
              </th>
              <th scope="col" className="w-14 text-end!">
                n
              </th>
              <th scope="col" className="w-48">
                Median (95 %)
              </th>
              <td className="w-40 max-lg:hidden" />
              <th scope="col" className="w-48">
                P90 (95 %)
              </th>
              <th scope="col" className="w-56">
                Median before
              </th>
              <th scope="col">
                <span className="flex justify-between" style={{ width: 112 }}>
                  <span>faster</span>
                  <span className="sr-only"> or </span>
                  <span>slower</span>
                </span>
              </th>
            </tr>
          </thead>
          <tbody>
            {groups.map((group) => {
              const { now, before } = group;
              const width = ((now.median?.value ?? 0) / longest) * 100;
              return (
                <tr key={group.key}>
                  <th
                    scope="row"
                    className="sticky start-0 z-1 bg-surface font-medium whitespace-nowrap"
                  >
                    {mark?.(group)} {group.label}
                  </th>
                  <td className="text-end">{now.n}</td>
                  <td>
                    <Span quantile={now.median} />
                  </td>
                  <td aria-hidden="true" className="max-lg:hidden">
                    <div
                      className={`my-1 h-3 rounded-xs ${width === 100 ? "bg-ink-2" : "bg-edge"}`}
                      style={{ width: `${width}%`, minWidth: now.median ? 2 : 0 }}
                    />
                  </td>
                  <td>
                    <Span quantile={now.p90} />
                  </td>
                  <td>
                    <Span quantile={before.median} />{" "}
                    {before.n > 0 ? (
                      <span className="whitespace-nowrap text-ink-3">n {before.n}</span>
                    ) : null}
                  </td>
                  <td>
                    <ChangeGlyph group={group} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollBox>
      {isFew ? (
        <p className="border-t border-line px-3.5 py-2 text-meta text-ink-3">
          Where there is no interval there were too few: a median takes {LEAST_TO_COMPARE} of them
          for one, a P90 {LEAST_FOR_P90}, a comparison {LEAST_TO_COMPARE} in each period.
        </p>
      ) : null}
    </DefinedPanel>
  );
}
