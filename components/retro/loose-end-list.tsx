import { Time } from "@/components/clock/time";
import { Panel } from "@/components/ui/panel";
import { Tag } from "@/components/ui/tag";
import type { RetroLooseEnd } from "@/lib/contracts/loose-end";
import { isOpenEnd } from "@/lib/rules/is-open-end";

/** What the way back left open, and when that was closed. */
export function LooseEndList({ ends }: { ends: RetroLooseEnd[] }) {
  const open = ends.filter(isOpenEnd).length;
  return (
    <Panel title="Loose ends" aside={ends.length > 0 ? `${open} open` : undefined}>
      {ends.length === 0 ? (
        <p className="px-3.5 py-3 text-ink-2">Nothing was left open.</p>
      ) : (
        <ul>
          {ends.map((end) => (
            <li
              key={`${end.restorationId} ${end.kind} ${end.sentence}`}
              className="flex flex-wrap items-center gap-x-3 gap-y-0.5 border-b border-line px-3.5 py-2 last:border-b-0"
            >
              <span className="min-w-0 flex-1 basis-64 wrap-anywhere">{end.sentence}</span>
              <span className="text-meta text-ink-3">
                since <Time at={end.openedAt} only="absolute" />
              </span>
              {end.closedAt ? (
                <span className="text-meta text-ink-2">
                  closed <Time at={end.closedAt} only="absolute" />
                  {end.closedBy ? ` by ${end.closedBy}` : ""}
                </span>
              ) : end.isWaived ? (
                <Tag>waived</Tag>
              ) : (
                <Tag tone="warn">open</Tag>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
