import type { RetroDocument, TimelineItem } from "@/lib/contracts/retro";

export type TimelineGroup = { title: string; items: TimelineItem[] };

/** The lines that lead up to the harm, those while customers were hurt, and those after it. */
export function timelineGroups(
  items: readonly TimelineItem[],
  impact: RetroDocument["impact"],
): TimelineGroup[] {
  const from = Date.parse(impact.from);
  const to = impact.to === null ? Number.POSITIVE_INFINITY : Date.parse(impact.to);
  const groups: TimelineGroup[] = [
    { title: "Before customers were hurt", items: [] },
    { title: "While customers were hurt", items: [] },
    { title: "Afterwards", items: [] },
  ];
  for (const item of items) {
    const at = Date.parse(item.at);
    groups[at < from ? 0 : at <= to ? 1 : 2]?.items.push(item);
  }
  return groups.filter((group) => group.items.length > 0);
}

/** How long after (or before) harm began: "+2:41", "−12:03". */
export function offsetFrom(start: string, at: string, running: (ms: number) => string): string {
  const ms = Date.parse(at) - Date.parse(start);
  return ms < 0 ? `−${running(-ms)}` : `+${running(ms)}`;
}
