"use client";
import type { ReactNode } from "react";
import { ScrollBox } from "@/components/ui/scroll-box";
import type { Quantile, RecoveryGroup } from "@/lib/contracts/recovery";
import type { DefinitionName } from "@/lib/rules/recovery-definitions";
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
  bar,
  actions,
}: {
  title: string;
  /** What the rows are: "Lever". */
  head: string;
  groups: readonly RecoveryGroup[];
  defines?: readonly DefinitionName[];
  note?: ReactNode;
  mark?: (group: RecoveryGroup) => ReactNode;
  /** Draws each median as a bar from one line. */
  bar?: boolean;
  actions?: ReactNode;
}) {
  const longest = Math.max(1, ...groups.map(({ now }) => now.median?.value ?? 0));
  return (
    <DefinedPanel title={title} defines={defines} actions={actions}>
      {note ? <p className="px-3.5 pt-2.5 text-ink-2">{note}</p> : null}
      <ScrollBox label={`Table: ${title}`}>
        <table className="grid-table">
          <thead>
            <tr>
              <th scope="col">{head}</th>
              <th scope="col" className="text-end!">
                n
              </th>
              {bar ? <td className="w-56 max-md:hidden" /> : null}
              <th scope="col">Median (95 %)</th>
              <th scope="col">P90 (95 %)</th>
              <th scope="col">Median before (n)</th>
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
                  <th scope="row" className="min-w-32">
                    <span className="whitespace-nowrap font-medium">
                      {mark?.(group)} {group.label}
                    </span>
                    {now.why ? (
                      <span className="block max-w-56 text-meta text-ink-3">{now.why}</span>
                    ) : null}
                  </th>
                  <td className="text-end">{now.n}</td>
                  {bar ? (
                    <td className="max-md:hidden">
                      <div
                        className={`h-4 rounded-xs ${width === 100 ? "bg-ink-2" : "bg-edge"}`}
                        style={{ width: `${width}%`, minWidth: now.median ? 2 : 0 }}
                      />
                    </td>
                  ) : null}
                  <td>
                    <Span quantile={now.median} />
                  </td>
                  <td>
                    <Span quantile={now.p90} />
                  </td>
                  <td>
                    <Span quantile={before.median} />{" "}
                    <span className="whitespace-nowrap text-ink-3">n {before.n}</span>
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
    </DefinedPanel>
  );
}
