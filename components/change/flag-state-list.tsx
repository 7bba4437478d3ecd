import type { FlagState } from "@/lib/contracts/flag-state";

function inWords(value: Record<string, unknown>): string {
  return Object.entries(value)
    .filter(([, part]) => part !== "" && part !== null && part !== undefined)
    .map(
      ([key, part]) => `${key} ${typeof part === "object" ? JSON.stringify(part) : String(part)}`,
    )
    .join(", ");
}

/** What a flag did, as lines: on or off, each strategy with its rollout, variants. */
export function FlagStateList({ title, state }: { title: string; state: FlagState | null }) {
  return (
    <div className="min-w-0 flex-1 basis-56">
      <h3 className="text-meta text-ink-3">{title}</h3>
      {state === null ? (
        <p>Unknown</p>
      ) : (
        <ul className="flex flex-col gap-0.5">
          <li className="font-semibold">{state.enabled ? "On" : "Off"}</li>
          {state.strategies.map((strategy) => (
            <li key={strategy.id}>
              {strategy.name}
              {strategy.parameters.rollout ? ` at ${strategy.parameters.rollout}\u00a0%` : ""}
              {strategy.disabled ? " (disabled)" : ""}
              {strategy.constraints.length > 0
                ? `, ${strategy.constraints.length} constraints`
                : ""}
              {strategy.segments.length > 0 ? `, ${strategy.segments.length} segments` : ""}
            </li>
          ))}
          {state.variants.map((variant) => (
            <li key={JSON.stringify(variant)} className="text-ink-2">
              variant {inWords(variant)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
