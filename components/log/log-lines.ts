import { restorationOf } from "@/components/signal/lane-marker";
import type { IncidentView } from "@/lib/contracts/incident";
import type { TimelineEntry } from "@/lib/contracts/timeline-entry";

/** One line of the log: an entry people can edit, a Change, or a receipt of a Restoration. */
export type LogLine = {
  id: string;
  at: string;
  kind: string;
  text: string;
  by: string | null;
  url: string | null;
  entry: TimelineEntry | null;
  changeId: string | null;
  isReceipt: boolean;
};

/** Everything that happened, newest first; receipts only when asked for. */
export function logLines(view: IncidentView, withReceipts: boolean): LogLine[] {
  const entries = view.entries.map((entry) => ({
    id: entry.id,
    at: entry.at,
    kind: entry.kind,
    text: entry.text,
    by: entry.by,
    url: entry.url,
    entry,
    changeId: null,
    isReceipt: false,
  }));
  const changes = view.changes.map((change) => ({
    id: change.id,
    at: change.at,
    kind: change.kind,
    text: change.title,
    by: restorationOf(change) ? `restoration ${restorationOf(change)}` : change.actor,
    url: null,
    entry: null,
    changeId: change.id,
    isReceipt: false,
  }));
  const receipts = withReceipts
    ? view.restorations.flatMap((restoration) =>
        restoration.receipts.map((receipt, index) => ({
          id: `${restoration.id} ${index}`,
          at: receipt.at,
          kind: "receipt",
          text: receipt.sentence,
          by: restoration.id,
          url: receipt.url,
          entry: null,
          changeId: null,
          isReceipt: true,
        })),
      )
    : [];
  return [...entries, ...changes, ...receipts].sort((a, b) => b.at.localeCompare(a.at));
}
