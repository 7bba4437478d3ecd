"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { api } from "@/lib/browser/api";
import { furtherQueries } from "@/lib/browser/further-queries";
import type { LeverTarget } from "@/lib/contracts/lever";
import { LeverPress } from "./lever-press";
import { Blockers } from "./lever-preview-panel";

/** A lever away from the card: previewed afresh, then armed and fired like any other. */
export function InlinePress({
  target,
  incidentId,
  suspectId = null,
  onPulled,
}: {
  target: LeverTarget;
  incidentId: string;
  suspectId?: string | null;
  onPulled?: () => void;
}) {
  const client = useQueryClient();
  const preview = useQuery(furtherQueries.preview(target, incidentId));
  if (preview.isError && !preview.data) {
    return <ProblemNotice error={preview.error} retry={() => void preview.refetch()} />;
  }
  if (!preview.data) return <span className="skeleton block h-8 w-48" />;
  return (
    <div className="flex flex-col gap-2 text-meta">
      <p>{preview.data.sentence}</p>
      <p className="text-ink-2">Touches {preview.data.touches}.</p>
      {preview.data.blockers.length > 0 ? <Blockers blockers={preview.data.blockers} /> : null}
      <LeverPress
        preview={preview.data}
        isPrimary={false}
        freezeFor={incidentId}
        fire={async (seen, key, pressedWith) => {
          const outcome = await api.restore({
            ...{ incidentId, target, suspectId, key, seen: seen.seen, wasRecommended: null },
            ...pressedWith,
          });
          void client.invalidateQueries({ queryKey: ["incident", incidentId] });
          void client.invalidateQueries({ queryKey: ["freezes"] });
          onPulled?.();
          return outcome;
        }}
      />
    </div>
  );
}
