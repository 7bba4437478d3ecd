"use client";
import type { Service } from "@/lib/contracts/service";

/**
 * Says that the incident is a drill. Shown only where some service may be drilled; who asked for a
 * drill where none may is told what to set.
 */
export function DrillField({
  isDrill,
  onChange,
  services,
}: {
  isDrill: boolean;
  onChange: (isDrill: boolean) => void;
  services: readonly Service[];
}) {
  const mayDrill = services.some(({ mayBeDrilled }) => mayBeDrilled);
  if (!mayDrill) {
    return isDrill && services.length > 0 ? (
      <p className="text-ink-2">
        No service may be drilled yet: set <code>drills: true</code> on one in known-good.yaml.
      </p>
    ) : null;
  }
  return (
    <label className="flex min-h-6 cursor-pointer gap-x-2.5">
      <input
        type="checkbox"
        name="drill"
        checked={isDrill}
        onChange={({ target }) => onChange(target.checked)}
        className="mt-0.5 size-4 shrink-0 accent-(--accent)"
      />
      <span>
        <span className="font-medium">This is a drill.</span>{" "}
        <span className="text-ink-2">
          It goes the same way and pulls real levers; it stays out of the history.
        </span>
      </span>
    </label>
  );
}
