"use client";
import { Panel } from "@/components/ui/panel";
import type { Restoration } from "@/lib/contracts/restoration";
import { endInWords, isOpen, orderRestorations } from "./order-restorations";
import { RestorationPanel } from "./restoration-panel";

/** The Restorations of an incident, what holds first; the others that are over fold into one line. */
export function RestorationList({ restorations }: { restorations: Restoration[] }) {
  const ordered = orderRestorations(restorations);
  return (
    <Panel
      title={ordered.length === 1 ? "Restoration" : "Restorations"}
      aside={
        ordered.length === 1
          ? "nothing here is assumed: each step is read back"
          : `${ordered.length} in all`
      }
    >
      {ordered.map((restoration, index) =>
        index === 0 || isOpen(restoration) ? (
          <div key={restoration.id} className="border-b border-line last:border-b-0">
            <RestorationPanel restoration={restoration} />
          </div>
        ) : (
          <details key={restoration.id} className="border-b border-line last:border-b-0">
            <summary className="min-h-9 px-3.5 py-2 text-ink-2">
              {restoration.label}: {endInWords(restoration)}
            </summary>
            <RestorationPanel restoration={restoration} />
          </details>
        ),
      )}
    </Panel>
  );
}
