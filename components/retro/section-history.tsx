"use client";
import { useQuery } from "@tanstack/react-query";
import { Time } from "@/components/clock/time";
import { CopyButton } from "@/components/ui/copy-button";
import { Modal } from "@/components/ui/modal";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { Skeleton } from "@/components/ui/skeleton";
import { retroQueries } from "@/lib/browser/retro-queries";
import type { RetroSectionName, SectionEdit } from "@/lib/contracts/retro";
import { sectionPrompts } from "./section-prompts";

const kinds: Record<SectionEdit["kind"], string> = {
  saved: "",
  merged: "merged with what others wrote",
  conflict: "met a conflict, kept here",
};

/** Earlier texts of a section, newest first: nothing that was written is gone. */
export default function SectionHistory({
  incidentId,
  section,
  onClose,
}: {
  incidentId: string;
  section: RetroSectionName;
  onClose: () => void;
}) {
  const edits = useQuery(retroQueries.edits(incidentId, section));
  return (
    <Modal title={`Earlier texts: ${sectionPrompts[section].title}`} onClose={onClose}>
      {edits.isPending ? <Skeleton rows={4} label="Reading earlier texts" /> : null}
      {edits.isError && !edits.data ? (
        <ProblemNotice error={edits.error} retry={() => void edits.refetch()} />
      ) : null}
      {edits.data?.length === 0 ? <p className="text-ink-2">Nobody has written here yet.</p> : null}
      <ol className="flex flex-col gap-3">
        {edits.data?.map((edit) => (
          <li key={edit.id} className="border-b border-line pb-3 last:border-b-0">
            <p className="flex flex-wrap items-center gap-x-2 text-meta text-ink-3">
              <Time at={edit.at} /> {edit.by}
              {kinds[edit.kind] ? <span className="text-ink-2">{kinds[edit.kind]}</span> : null}
              <CopyButton text={() => edit.text} said="Text copied." className="ms-auto">
                Copy
              </CopyButton>
            </p>
            <p className="whitespace-pre-wrap wrap-anywhere">{edit.text || "(empty)"}</p>
          </li>
        ))}
      </ol>
    </Modal>
  );
}
