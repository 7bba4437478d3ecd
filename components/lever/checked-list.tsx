import type { ReactNode } from "react";
import type { LeverPreview } from "@/lib/contracts/lever";

/** Up to this many fine checks stand open; more are folded away. */
const FEW = 2;

function Mark({ sign, children }: { sign: "fine" | "warning"; children: ReactNode }) {
  return (
    <li className="grid grid-cols-[0.875rem_minmax(0,1fr)]">
      <span
        aria-hidden="true"
        className={sign === "fine" ? "font-bold text-good" : "font-extrabold text-warn"}
      >
        {sign === "fine" ? "✓" : "!"}
      </span>
      <span className="min-w-0 wrap-anywhere">
        <span className="sr-only">{sign === "fine" ? "Fine: " : "Warning: "}</span>
        {children}
      </span>
    </li>
  );
}

/** What was checked: warnings in the open and first, of what is fine the first, the others folded away. */
export function CheckedList({
  checks,
  warnings,
}: {
  checks: string[];
  warnings: LeverPreview["warnings"];
}) {
  const open = checks.slice(0, checks.length > FEW ? 1 : FEW);
  const folded = checks.slice(open.length);
  if (checks.length + warnings.length === 0) {
    return <span className="text-ink-3">nothing beyond the blockers</span>;
  }
  return (
    <>
      <ul className="flex flex-col gap-0.5">
        {warnings.map((warning) => (
          <Mark key={warning.code} sign="warning">
            {warning.sentence}
          </Mark>
        ))}
        {open.map((check) => (
          <Mark key={check} sign="fine">
            {check}
          </Mark>
        ))}
      </ul>
      {folded.length > 0 ? (
        <details>
          <summary className="min-h-6 content-center">
            {folded.length} more checked, {warnings.length > 0 ? "fine" : "all fine"}
          </summary>
          <ul className="flex flex-col gap-0.5">
            {folded.map((check) => (
              <Mark key={check} sign="fine">
                {check}
              </Mark>
            ))}
          </ul>
        </details>
      ) : null}
    </>
  );
}
