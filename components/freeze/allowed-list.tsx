import { Time } from "@/components/clock/time";
import type { AllowedDelivery } from "@/lib/contracts/freeze";

const KINDS = { commit: "Commit", image: "Image", pull: "Pull request" } as const;

/** What may pass a freeze: the cure first, then what people let through, with who said why. */
export function AllowedList({ allowed }: { allowed: readonly AllowedDelivery[] }) {
  if (allowed.length === 0) return null;
  const ordered = allowed.toSorted((a, b) => Number(b.why === "cure") - Number(a.why === "cure"));
  return (
    <section aria-label="What may pass" className="border-t border-line px-3.5 py-2">
      <p className="font-medium">May pass</p>
      <ul>
        {ordered.map(({ kind, value, why, reason, by, at }) => (
          <li key={`${kind} ${value}`} className="wrap-anywhere">
            {KINDS[kind]} <code>{kind === "commit" ? value.slice(0, 12) : value}</code>{" "}
            <span className="text-ink-2">
              {why === "cure" ? "the cure" : `let through by ${by}`}: {reason}
            </span>{" "}
            <span className="text-ink-3">
              <Time at={at} only="absolute" />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
