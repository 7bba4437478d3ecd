"use client";
import { Panel } from "@/components/ui/panel";
import type { Restoration } from "@/lib/contracts/restoration";
import { RestorationPanel } from "./restoration-panel";

const over = new Set(["verified", "failed"]);

/** Whether a Restoration is still on its way or waiting to be settled. */
export function isOpen(restoration: Restoration): boolean {
  return !over.has(restoration.state);
}

/** The Restorations of an incident, newest first; older ones that are over fold into one line. */
export function RestorationList({ restorations }: { restorations: Restoration[] }) {
  const newestFirst = [...restorations].sort((a, b) => b.plannedAt.localeCompare(a.plannedAt));
  return (
    <Panel
      title={newestFirst.length === 1 ? "Restoration" : "Restorations"}
      aside={
        newestFirst.length === 1
          ? "nothing here is assumed: each step is read back"
          : `${newestFirst.length}, newest first`
      }
    >
      {newestFirst.map((restoration, index) =>
        index === 0 || isOpen(restoration) ? (
          <div key={restoration.id} className="border-b border-line last:border-b-0">
            <RestorationPanel restoration={restoration} />
          </div>
        ) : (
          <details key={restoration.id} className="border-b border-line last:border-b-0">
            <summary className="flex min-h-9 items-center px-3.5 text-ink-2">
              {restoration.label}: {restoration.putBackBy ? "put back" : restoration.state}
            </summary>
            <RestorationPanel restoration={restoration} />
          </details>
        ),
      )}
    </Panel>
  );
}
