import { Time } from "@/components/clock/time";
import { ColumnHeads } from "@/components/ui/column-heads";
import { Empty } from "@/components/ui/empty";
import { Panel } from "@/components/ui/panel";
import type { Change } from "@/lib/contracts/change";
import { flagStateInWords } from "@/lib/rules/flag-words";

/** The flags of a service as their last change left them. */
export function FlagTable({ changes }: { changes: Change[] }) {
  const last = new Map<string, Change>();
  for (const change of [...changes].sort((a, b) => b.at.localeCompare(a.at))) {
    if (change.details.kind !== "flag") continue;
    const key = `${change.details.key} ${change.details.environment}`;
    if (!last.has(key)) last.set(key, change);
  }
  return (
    <Panel title="Flags" aside="as their last change left them">
      {last.size === 0 ? (
        <Empty title="No flag change seen yet.">Flags appear here when they first change.</Empty>
      ) : (
        <table className="grid-table">
          <ColumnHeads names={["Flag", "State", "Since (UTC)"]} />
          <tbody>
            {[...last.entries()].map(([key, change]) =>
              change.details.kind === "flag" ? (
                <tr key={key}>
                  <th scope="row" className="font-normal">
                    <code>{change.details.key}</code>{" "}
                    <span className="text-ink-3">{change.details.environment}</span>
                  </th>
                  <td className="font-medium">
                    {change.details.after ? flagStateInWords(change.details.after) : "unknown"}
                  </td>
                  <td className="text-ink-2">
                    <Time at={change.at} />
                  </td>
                </tr>
              ) : null,
            )}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
