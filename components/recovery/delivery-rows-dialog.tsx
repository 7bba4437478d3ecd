"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { ColumnHeads } from "@/components/ui/column-heads";
import { Empty } from "@/components/ui/empty";
import { Modal } from "@/components/ui/modal";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { ScrollBox } from "@/components/ui/scroll-box";
import { Skeleton } from "@/components/ui/skeleton";
import { Tag } from "@/components/ui/tag";
import { recoveryQueries } from "@/lib/browser/recovery-queries";
import { searchWords } from "@/lib/browser/search-words";
import type { DeliveryRow } from "@/lib/contracts/recovery";
import { ATTRIBUTION, DEFINITIONS } from "@/lib/rules/recovery-definitions";
import { spanOf } from "./duration-words";
import type { MeasureName } from "./measure-words";
import { momentOf } from "./period-words";

const roles: Record<DeliveryRow["role"], { word: string; tone: "plain" | "warn" | "accent" }> = {
  normal: { word: "normal", tone: "plain" },
  failed: { word: "failed", tone: "warn" },
  rework: { word: "rework", tone: "accent" },
};

function Row({ row, onOpen }: { row: DeliveryRow; onOpen: (changeId: string) => void }) {
  return (
    <tr>
      <td className="whitespace-nowrap">{momentOf(row.at)}</td>
      <th scope="row" className="min-w-40">
        <button
          type="button"
          onClick={() => onOpen(row.changeId)}
          className="text-start text-accent underline underline-offset-2"
        >
          <bdi>{row.title}</bdi>
        </button>
        <span className="block text-meta text-ink-3">{row.because}</span>
      </th>
      <td>
        <Tag tone={roles[row.role].tone}>{roles[row.role].word}</Tag>
      </td>
      <td className="whitespace-nowrap">{row.leadMs === null ? "–" : spanOf(row.leadMs)}</td>
      <td className="whitespace-nowrap">
        {row.recoveryMs === null ? "–" : spanOf(row.recoveryMs)}
      </td>
    </tr>
  );
}

/** The deploys that one figure is made of, the newest first. */
export default function DeliveryRowsDialog({
  of,
  onClose,
  onOpen,
}: {
  of: { service: string; measure: MeasureName; from: string; to: string };
  onClose: () => void;
  onOpen: (changeId: string) => void;
}) {
  const rows = useInfiniteQuery(recoveryQueries.deliveryRows(of));
  const items = rows.data?.pages.flatMap((page) => page.items) ?? [];
  const { title, what, clock, of: counted } = DEFINITIONS[of.measure];
  return (
    <Modal title={`${title} of ${of.service}`} onClose={onClose}>
      <p className="max-w-prose text-ink-2">
        {what} <span className="text-ink-3">Clock:</span> {clock}{" "}
        <span className="text-ink-3">Counted:</span> {counted}
      </p>
      <details className="mt-2">
        <summary className="text-ink-2">How deploys are judged</summary>
        <ul className="mt-1 flex max-w-prose list-disc flex-col gap-1 ps-6 text-ink-2">
          {ATTRIBUTION.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </details>
      <p className="mt-3">
        <a
          href={`/api/delivery/rows${searchWords({ ...of, format: "csv" })}`}
          download
          className="underline underline-offset-2"
        >
          All of them as CSV
        </a>
      </p>
      <div className="-mx-4 mt-2 border-t border-line">
        {rows.isPending ? <Skeleton rows={6} label="Reading the deploys" /> : null}
        {rows.isError && items.length === 0 ? (
          <ProblemNotice error={rows.error} retry={() => void rows.refetch()} />
        ) : null}
        {rows.isSuccess && items.length === 0 ? (
          <Empty title="It is made of no deploy in this period." />
        ) : null}
        {items.length > 0 ? (
          <ScrollBox label="Deploys">
            <table className="grid-table">
              <ColumnHeads names={["Live (UTC)", "Deploy", "Role", "Lead time", "Recovery"]} />
              <tbody>
                {items.map((row) => (
                  <Row key={`${row.changeId} ${row.service}`} row={row} onOpen={onOpen} />
                ))}
              </tbody>
            </table>
          </ScrollBox>
        ) : null}
        {rows.hasNextPage ? (
          <div className="border-t border-line p-2.5">
            <Button
              size="small"
              disabled={rows.isFetchingNextPage}
              onClick={() => void rows.fetchNextPage()}
            >
              Older
            </Button>
          </div>
        ) : null}
      </div>
    </Modal>
  );
}
