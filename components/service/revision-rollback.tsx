"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { InlinePress } from "@/components/lever/inline-press";
import { Button } from "@/components/ui/button";
import type { RollbackTarget } from "@/lib/contracts/lever";

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
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  return isOpen ? (
    <InlinePress
      target={target}
      incidentId={incidentId}
      onPulled={() => router.push(`/incidents/${encodeURIComponent(incidentId)}`)}
    />
  ) : (
    <Button size="small" onClick={() => setOpen(true)}>
      Roll back to {revision}
    </Button>
  );
}
