import { Tag } from "@/components/ui/tag";
import type { Incident } from "@/lib/contracts/incident";

/** Marks a drill wherever an incident is shown; nothing for any other. */
export function DrillTag({ incident }: { incident: Pick<Incident, "isDrill"> }) {
  return incident.isDrill ? <Tag tone="accent">Drill</Tag> : null;
}
