"use client";
import { useQuery } from "@tanstack/react-query";
import { ExternalLink } from "@/components/ui/external-link";
import { Modal } from "@/components/ui/modal";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { Skeleton } from "@/components/ui/skeleton";
import { usePageState } from "@/components/ui/use-page-state";
import { furtherQueries } from "@/lib/browser/further-queries";
import { CommonFacts, KindFacts } from "./change-details";

function LinkedChange({ id }: { id: string }) {
  const linked = useQuery(furtherQueries.change(id));
  const [, setPage] = usePageState();
  return (
    <li>
      <button
        type="button"
        className="min-h-6 text-start text-accent underline underline-offset-2"
        onClick={() => setPage({ change: id })}
      >
        {linked.data?.title ?? id}
      </button>
    </li>
  );
}

/** A Change in full: template, files, flag before and after, what it carries, where to see more. */
export default function ChangeDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const change = useQuery(furtherQueries.change(id));
  return (
    <Modal title={change.data?.title ?? "Change"} onClose={onClose}>
      {change.isPending ? <Skeleton rows={5} label="Reading the change" /> : null}
      {change.isError ? (
        <ProblemNotice error={change.error} retry={() => void change.refetch()} />
      ) : null}
      {change.data ? (
        <>
          <CommonFacts {...change.data} />
          <hr className="my-3 border-line" />
          <KindFacts details={change.data.details} />
          {change.data.carries.length > 0 ? (
            <>
              <h3 className="mt-4 mb-1">Linked changes</h3>
              <ul>
                {change.data.carries.map((each) => (
                  <LinkedChange key={each} id={each} />
                ))}
              </ul>
            </>
          ) : null}
          {change.data.url ? (
            <p className="mt-4">
              <ExternalLink href={change.data.url}>Open in {change.data.source}</ExternalLink>
            </p>
          ) : null}
        </>
      ) : null}
    </Modal>
  );
}
