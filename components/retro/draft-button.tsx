"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { announce } from "@/components/announcer/announce";
import { Button } from "@/components/ui/button";
import { sentenceOf } from "@/lib/browser/api";
import { retroApi } from "@/lib/browser/retro-api";

/** Drafts the retro of a restored incident and opens it. */
export function DraftButton({
  incidentId,
  isPrimary = false,
}: {
  incidentId: string;
  isPrimary?: boolean;
}) {
  const client = useQueryClient();
  const router = useRouter();
  const draft = useMutation({
    mutationFn: () => retroApi.draft(incidentId),
    onSuccess: () => {
      announce(`Retro of ${incidentId} drafted.`);
      void client.invalidateQueries({ queryKey: ["retros"] });
      void client.invalidateQueries({ queryKey: ["retro", incidentId] });
      router.push(`/retros/${encodeURIComponent(incidentId)}`);
    },
  });
  return (
    <>
      <Button
        size={isPrimary ? "normal" : "small"}
        look={isPrimary ? "primary" : "plain"}
        disabled={draft.isPending}
        onClick={() => draft.mutate()}
      >
        {draft.isPending ? "Drafting…" : "Draft the retro"}
        {isPrimary ? null : <span className="sr-only"> of {incidentId}</span>}
      </Button>
      {draft.isError ? (
        <p role="alert" className="text-meta">
          {sentenceOf(draft.error)}
        </p>
      ) : null}
    </>
  );
}
