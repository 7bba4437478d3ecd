import { Time } from "@/components/clock/time";
import { Empty } from "@/components/ui/empty";
import { Panel } from "@/components/ui/panel";
import type { Change } from "@/lib/contracts/change";
import type { FlagState } from "@/lib/contracts/flag-state";

function stateInWords(state: FlagState | null): string {
  if (!state) return "unknown";
  if (!state.enabled) return "off";
  const active = state.strategies.filter((strategy) => !strategy.disabled);
  const rollout = active.length === 1 ? active[0]?.parameters.rollout : undefined;
  if (rollout !== undefined) return rollout === "100" ? "on" : `on for ${rollout} %`;
  return active.length <= 1 ? "on" : `on, ${active.length} strategies`;
}

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
          <thead>
            <tr>
              <th scope="col">Flag</th>
              <th scope="col">State</th>
              <th scope="col">Since (UTC)</th>
            </tr>
          </thead>
          <tbody>
            {[...last.entries()].map(([key, change]) =>
              change.details.kind === "flag" ? (
                <tr key={key}>
                  <th scope="row" className="font-normal">
                    <code>{change.details.key}</code>{" "}
                    <span className="text-ink-3">{change.details.environment}</span>
                  </th>
                  <td className="font-medium">{stateInWords(change.details.after)}</td>
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
