"use client";
import Link from "next/link";
import { Time } from "@/components/clock/time";
import { DrillTag } from "@/components/incident/drill-tag";
import { useMayAct } from "@/components/lever/use-may-act";
import { Severity } from "@/components/severity/severity";
import type { RetroRow as Row } from "@/lib/contracts/retro";
import { DraftButton } from "./draft-button";
import { Excerpt } from "./excerpt";
import { RetroState } from "./retro-state";

/** An incident and how far its retro is; one without a retro offers to draft it. */
export function RetroRow({ row }: { row: Row }) {
  const { mayAct } = useMayAct();
  const { incident, retro, excerpt } = row;
  const id = encodeURIComponent(incident.id);
  return (
    <li className="relative flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3.5 py-2 last:border-b-0 hover:bg-sunken">
      <span className="w-16">
        <Severity grade={incident.severity} isLive={incident.status === "declared"} />
      </span>
      <Link
        data-item
        href={retro ? `/retros/${id}` : `/incidents/${id}`}
        className="min-w-0 flex-1 basis-56 font-medium before:absolute before:inset-0"
      >
        <bdi>{incident.title}</bdi>{" "}
        <span className="font-normal whitespace-nowrap text-ink-3">{incident.id}</span>
      </Link>
      <DrillTag incident={incident} />
      <span className="text-ink-2">{incident.services.join(", ")}</span>
      <span className="relative">
        {retro ? (
          <RetroState retro={retro} />
        ) : mayAct ? (
          <DraftButton incidentId={incident.id} />
        ) : (
          <span className="text-ink-3">no retro yet</span>
        )}
      </span>
      <span className="text-ink-3 sm:w-52 sm:text-end">
        {retro?.scheduledFor ? (
          <>
            meeting <time dateTime={retro.scheduledFor}>{dayAndMinute(retro.scheduledFor)}</time>
          </>
        ) : incident.restoredAt ? (
          <>
            restored <Time at={incident.restoredAt} only="relative" />
          </>
        ) : (
          "not restored"
        )}
      </span>
      {excerpt ? (
        <div className="basis-full sm:ps-[4.75rem]">
          <Excerpt text={excerpt} />
        </div>
      ) : null}
    </li>
  );
}

/** "2026-11-16 13:00 UTC": meetings of years stand below each other. */
function dayAndMinute(at: string): string {
  const iso = new Date(at).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
