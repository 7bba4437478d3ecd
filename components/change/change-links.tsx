"use client";
import { usePageState } from "@/components/ui/use-page-state";
import type { Change } from "@/lib/contracts/change";

function shortName(change: Change): string {
  const { details } = change;
  if (details.kind === "deploy") return `${details.deployment} ${details.revision}`;
  if (details.kind === "merge") return `#${details.number}`;
  if (details.kind === "flag") return details.key;
  return details.object;
}

/** Opens the details of changes, by their short names. */
export function ChangeLinks({
  ids,
  changes,
}: {
  ids: string[];
  changes: ReadonlyMap<string, Change>;
}) {
  const [, setPage] = usePageState();
  return (
    <span className="relative flex flex-wrap gap-x-2">
      {ids.map((id) => {
        const change = changes.get(id);
        return change ? (
          <button
            key={id}
            type="button"
            onClick={() => setPage({ change: id })}
            className="min-h-6 text-accent underline decoration-1 underline-offset-2"
          >
            {shortName(change)}
          </button>
        ) : null;
      })}
    </span>
  );
}
