"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { isPressable, LeverPress } from "@/components/lever/lever-press";
import { Blockers } from "@/components/lever/lever-preview-panel";
import { useMayAct } from "@/components/lever/use-may-act";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { api } from "@/lib/browser/api";
import { furtherQueries } from "@/lib/browser/further-queries";
import type { Restoration } from "@/lib/contracts/restoration";

/** The way back from a Restoration, itself a Restoration: armed and fired like any lever. */
export function PutBack({ restoration }: { restoration: Restoration }) {
  const client = useQueryClient();
  const { mayAct } = useMayAct();
  const preview = useQuery({ ...furtherQueries.putBack(restoration.id), enabled: mayAct });
  if (!mayAct) return null;
  if (preview.isError && !preview.data) {
    return <ProblemNotice error={preview.error} retry={() => void preview.refetch()} />;
  }
  if (!preview.data) return <span className="skeleton block h-8 w-40" />;
  const press = (
    <LeverPress
      preview={preview.data}
      isPrimary={false}
      lead={/^put back/i.test(preview.data.label) ? "" : "Put back: "}
      fire={async (seen, key, { overrideReason }) => {
        try {
          return await api.putBack({
            ...{ restorationId: restoration.id, seen: seen.seen, key, overrideReason },
          });
        } finally {
          void client.invalidateQueries({ queryKey: ["incident", restoration.incidentId] });
          void client.invalidateQueries({ queryKey: ["levers"] });
        }
      }}
    />
  );
  if (preview.data.blockers.length > 0) {
    return (
      <details className="text-meta">
        <summary className="min-h-6 text-ink-2">
          {isPressable(preview.data)
            ? "Something stands in the way of putting it back"
            : "Can't be put back now"}
        </summary>
        <div className="flex flex-col gap-2">
          <Blockers blockers={preview.data.blockers} />
          {press}
        </div>
      </details>
    );
  }
  return press;
}
