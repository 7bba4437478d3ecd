import type { TimelineItem } from "@/lib/contracts/retro";

/** Who a line is from; null when its text begins with that already, "The commander resolved it". */
export function saidBy({ by, text }: Pick<TimelineItem, "by" | "text">): string | null {
  return by && !text.toLowerCase().startsWith(by.toLowerCase()) ? by : null;
}
