import { Tag } from "@/components/ui/tag";
import type { EvidenceKind, KeptEvidence } from "@/lib/contracts/kept-evidence";
import { sizeInWords } from "./size-words";

const kindWords: Record<EvidenceKind, string> = {
  logs: "Log",
  pods: "Pods",
  events: "Events",
  template: "Template",
  flag: "Flag",
  signal: "Signal",
  "held-deliveries": "Held",
};

/** What was done to it on the way here. */
function marksOf({ isCut, masked, kind }: KeptEvidence): string[] {
  return [
    ...(isCut ? [kind === "logs" ? "the oldest lines were cut" : "cut to fit"] : []),
    ...(masked > 0 ? [`${masked} masked`] : []),
  ];
}

/** One thing that was kept, or why it couldn't be. */
export function EvidenceRow({ one, mayRead }: { one: KeptEvidence; mayRead: boolean }) {
  const { bytes, problem, title } = one;
  const marks = bytes > 0 ? [sizeInWords(bytes), ...marksOf(one)] : [];
  return (
    <li className="grid grid-cols-[4.5rem_minmax(0,1fr)] gap-x-3 gap-y-0.5 border-b border-line px-3.5 py-1.5 last:border-b-0">
      <span className="text-ink-3">{kindWords[one.kind]}</span>
      <span className="flex min-w-0 flex-wrap items-baseline gap-x-3 gap-y-0.5">
        <span className="min-w-0 flex-1 basis-56 wrap-anywhere">
          {mayRead && bytes > 0 ? (
            <a
              href={`/api/evidence/${encodeURIComponent(one.id)}`}
              download
              className="text-accent underline decoration-1 underline-offset-2"
            >
              {title}
              <span className="sr-only"> (a file)</span>
            </a>
          ) : (
            title
          )}
          {problem ? <span className="block text-ink-2">{problem}</span> : null}
        </span>
        {marks.length > 0 ? (
          <span className="text-meta text-ink-3">{marks.join(" · ")}</span>
        ) : problem ? (
          <Tag tone="warn">not kept</Tag>
        ) : (
          <span className="text-meta text-ink-3">empty</span>
        )}
      </span>
    </li>
  );
}
