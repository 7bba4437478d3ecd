import { dayAndTime, runningTime } from "@/components/clock/duration";
import { safeHref } from "@/lib/browser/safe-href";
import type { RetroDocument, TimelineItem } from "@/lib/contracts/retro";
import { saidBy } from "./said-by";
import { offsetFrom, timelineGroups } from "./timeline-groups";

function knownInWords(known: TimelineItem["known"]): string {
  if (known === null) return "";
  return known === "then" ? " (known then)" : " (known only later)";
}

function Line({ item, start }: { item: TimelineItem; start: string }) {
  const address = safeHref(item.url);
  const by = saidBy(item);
  return (
    <tr className="break-inside-avoid border-b border-line align-top">
      <td className="py-1 pe-3 whitespace-nowrap">
        {dayAndTime(item.at)}
        <br />
        <span className="text-meta text-ink-2">{offsetFrom(start, item.at, runningTime)}</span>
      </td>
      <td className="py-1 wrap-anywhere">
        <p className="whitespace-pre-wrap">
          {item.text}
          {by === null ? "" : ` (${by})`}
          {knownInWords(item.known)}
        </p>
        {item.note ? <p className="whitespace-pre-wrap italic">{item.note}</p> : null}
        {item.originalAt ? (
          <p className="text-meta text-ink-2">recorded at {dayAndTime(item.originalAt)}</p>
        ) : null}
        {item.merged.map((part) => (
          <p key={part.subject} className="text-meta text-ink-2">
            {dayAndTime(part.at)} {part.text}
          </p>
        ))}
        {item.attachments.map((attachment) => (
          <p key={`${attachment.title} ${attachment.url}`} className="text-meta">
            {attachment.title}
            {attachment.url ? `: ${attachment.url}` : ""}
            {attachment.text ? (
              <span className="block font-mono whitespace-pre-wrap">{attachment.text}</span>
            ) : null}
          </p>
        ))}
        {address ? <p className="text-meta text-ink-2">{address}</p> : null}
      </td>
    </tr>
  );
}

/** The kept lines for paper, with the addresses that a click would open. */
export function PrintTimeline({ document }: { document: RetroDocument }) {
  const kept = document.timeline.filter(({ shown }) => shown === "kept");
  if (kept.length === 0) return <p>Every line is hidden; the full log is on the page.</p>;
  return (
    <table className="w-full border-collapse">
      <thead className="sr-only">
        <tr>
          <th scope="col">When (UTC)</th>
          <th scope="col">What</th>
        </tr>
      </thead>
      {timelineGroups(kept, document.impact).map((group) => (
        <tbody key={group.title}>
          <tr className="break-after-avoid">
            <th scope="rowgroup" colSpan={2} className="pt-2 text-start font-medium text-ink-2">
              {group.title}
            </th>
          </tr>
          {group.items.map((item) => (
            <Line key={item.subject} item={item} start={document.impact.from} />
          ))}
        </tbody>
      ))}
    </table>
  );
}
