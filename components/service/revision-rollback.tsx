"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { LeverPress } from "@/components/lever/lever-press";
import { Blockers } from "@/components/lever/lever-preview-panel";
import { Button } from "@/components/ui/button";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { api } from "@/lib/browser/api";
import { queries } from "@/lib/browser/queries";
import type { RollbackTarget } from "@/lib/contracts/lever";

function Armed({ target, incidentId }: { target: RollbackTarget; incidentId: string }) {
  const client = useQueryClient();
  const router = useRouter();
  const preview = useQuery(queries.preview(target, incidentId));
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
        fire={async (seen, key, overrideReason) => {
          const outcome = await api.restore({
            incidentId,
            target,
            seen: seen.seen,
            suspectId: null,
            wasRecommended: null,
            key,
            overrideReason,
          });
          void client.invalidateQueries({ queryKey: ["incident", incidentId] });
          router.push(`/incidents/${encodeURIComponent(incidentId)}`);
          return outcome;
        }}
      />
    </div>
  );
}

/** Rolls a Deployment back to one revision of the ledger, inside the open incident. */
export function RevisionRollback({
  target,
  revision,
  incidentId,
}: {
  target: RollbackTarget;
  revision: number;
  incidentId: string;
}) {
  const [isOpen, setOpen] = useState(false);
  return isOpen ? (
    <Armed target={target} incidentId={incidentId} />
  ) : (
    <Button size="small" onClick={() => setOpen(true)}>
      Roll back to {revision}
    </Button>
  );
}
