import type { IncidentStatus } from "@/lib/contracts/incident";

const words: Record<IncidentStatus, string> = {
  declared: "Declared",
  restored: "Restored",
  resolved: "Resolved",
  reviewed: "Reviewed",
};
const filled: Record<IncidentStatus, number> = {
  declared: 0.25,
  restored: 0.6,
  resolved: 0.85,
  reviewed: 1,
};
const LENGTH = 2 * Math.PI * 5.2;

/** Where an incident stands: a filling ring and a word. */
export function Status({ status }: { status: IncidentStatus }) {
  return (
    <span className="inline-flex items-center gap-1.5 font-medium whitespace-nowrap text-ink">
      <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" fill="none">
        <g stroke="currentColor" strokeWidth="2.6" transform="rotate(-90 7 7)">
          <circle cx="7" cy="7" r="5.2" strokeOpacity="0.25" />
          <circle cx="7" cy="7" r="5.2" strokeDasharray={`${filled[status] * LENGTH} ${LENGTH}`} />
        </g>
      </svg>
      {words[status]}
    </span>
  );
}
