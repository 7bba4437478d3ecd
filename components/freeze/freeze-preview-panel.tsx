"use client";
import { useQuery } from "@tanstack/react-query";
import { LAYERS } from "@/components/hold/hold-words";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { freezeQueries } from "@/lib/browser/freeze-queries";
import type { FreezePreview } from "@/lib/contracts/freeze";

function teamsInWords(teams: readonly string[]): string {
  if (teams.length === 0) return "";
  return teams.length === 1 ? `Team ${teams[0]} waits.` : `Teams ${teams.join(", ")} wait.`;
}

/** What lasts when this server is gone, said once. */
function endInWords({ holds }: FreezePreview): string {
  const lasting = [
    ...new Set(holds.flatMap(({ layer, endsByItself }) => (endsByItself ? [] : [LAYERS[layer]]))),
  ];
  if (lasting.length === 0) return "All of it ends by itself, even when this server is gone.";
  return `${lasting.join(" and ")} must be let go of at the end: Known Good does, and says how to do it by hand.`;
}

/** What freezing would hold, layer by layer, and who waits; read before it is done. */
export function FreezePreviewPanel({ services }: { services: readonly string[] }) {
  const preview = useQuery({
    ...freezeQueries.preview(services),
    placeholderData: (before) => before,
  });
  if (preview.isError && !preview.data) {
    return <ProblemNotice error={preview.error} retry={() => void preview.refetch()} />;
  }
  const { data } = preview;
  return (
    <section
      aria-label="What it would hold"
      aria-busy={preview.isFetching}
      className="rounded-md bg-sunken px-3 py-2 text-meta"
    >
      <p className="font-medium">
        {data
          ? `It would hold ${data.holds.length === 1 ? "one thing" : `${data.holds.length} things`}`
          : "Working out what it would hold"}
      </p>
      {data ? (
        <>
          <ul className="mt-1 grid max-h-60 gap-x-4 gap-y-0.5 overflow-y-auto sm:grid-cols-2">
            {data.holds.map(({ layer, source, subject }) => (
              <li key={`${layer} ${source} ${subject}`} className="min-w-0 wrap-anywhere">
                <span className="text-ink-2">{LAYERS[layer]}</span> {subject}
                {source ? <span className="text-ink-3"> in {source}</span> : null}
              </li>
            ))}
          </ul>
          <p className="mt-1 text-ink-2">
            {teamsInWords(data.teams)} {endInWords(data)} The cure is never held.
          </p>
        </>
      ) : null}
    </section>
  );
}
