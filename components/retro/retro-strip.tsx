"use client";
import Link from "next/link";
import { Time } from "@/components/clock/time";
import { useMayAct } from "@/components/lever/use-may-act";
import { Severity } from "@/components/severity/severity";
import { Button } from "@/components/ui/button";
import { ProblemNotice } from "@/components/ui/problem-notice";
import type { Incident } from "@/lib/contracts/incident";
import type { Retro, RetroPresence } from "@/lib/contracts/retro";
import { useRetroDesk } from "./retro-desk";
import { RetroState } from "./retro-state";
import { sectionPrompts } from "./section-prompts";
import { useArrange } from "./use-arrange";

const quiet = "underline decoration-line underline-offset-2 hover:decoration-current";

function isSectionName(name: string): name is keyof typeof sectionPrompts {
  return name in sectionPrompts;
}

/** Who else is here, and in which section. */
function Others({ others }: { others: RetroPresence[] }) {
  if (others.length === 0) return null;
  return (
    <ul aria-label="Also here" className="flex flex-wrap gap-x-2 gap-y-1">
      {others.map((other) => (
        <li
          key={`${other.name} ${other.section}`}
          className="inline-flex min-h-6 items-center gap-1.5 rounded-full bg-accent-soft px-2 text-meta"
        >
          <span aria-hidden="true" className="size-1.5 rounded-full bg-accent" />
          <b className="font-semibold">{other.name}</b>
          <span className="text-ink-2">
            {other.section && isSectionName(other.section)
              ? `in “${sectionPrompts[other.section].title}”`
              : "is here"}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Which incident, how far its retro is, when it is held and by whom, and who is here. */
export function RetroStrip({
  incident,
  retro,
  version,
}: {
  incident: Incident;
  retro: Retro;
  /** The published version that is shown, or null for the one being written. */
  version: number | null;
}) {
  const { mayEdit, others } = useRetroDesk();
  const { mayAct, refusal } = useMayAct();
  const arrange = useArrange(retro, "Changed.");
  const id = encodeURIComponent(incident.id);
  const asVersion = version === null ? "" : `?version=${version}`;
  return (
    <div className="flex flex-col gap-1.5 pb-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Severity grade={incident.severity} isLive={false} />
        <h1 className="min-w-0 text-title max-sm:order-last max-sm:basis-full">
          Retro: <bdi>{incident.title}</bdi>
        </h1>
        <Link href={`/incidents/${id}`} className={`text-ink-2 ${quiet}`}>
          {incident.id}
        </Link>
        <span className="ms-auto">
          <RetroState retro={retro} />
        </span>
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 text-ink-2">
        <span>{incident.services.join(", ")}</span>
        <span>
          {retro.scheduledFor ? (
            <>
              Meeting <Time at={retro.scheduledFor} only="absolute" /> UTC
            </>
          ) : (
            <a href="#schedule" className={quiet}>
              Not scheduled
            </a>
          )}
        </span>
        <span>
          Facilitator{" "}
          {retro.facilitator ? (
            <b className="font-semibold text-ink">{retro.facilitator}</b>
          ) : (
            "nobody yet"
          )}
        </span>
        <Others others={others} />
        <div className="flex flex-wrap items-center gap-2 md:ms-auto">
          <label className="flex min-h-7 items-center gap-1.5 text-meta">
            <input
              type="checkbox"
              role="switch"
              aria-checked={retro.showsNames}
              checked={retro.showsNames}
              disabled={!mayEdit || arrange.isPending}
              onChange={(event) => arrange.mutate({ showsNames: event.target.checked })}
              className="size-4 accent-(--accent)"
            />
            Show names
          </label>
          {mayEdit && retro.state === "draft" ? (
            <Button
              size="small"
              disabled={arrange.isPending}
              onClick={() => arrange.mutate({ state: "in-review" })}
            >
              Ask for review
            </Button>
          ) : null}
          {mayEdit && retro.state === "in-review" ? (
            <Button
              size="small"
              disabled={arrange.isPending}
              onClick={() => arrange.mutate({ state: "draft" })}
            >
              Back to draft
            </Button>
          ) : null}
          <a
            href={`/api/retros/${id}/markdown${asVersion}`}
            download
            className={`inline-flex min-h-7 items-center text-meta ${quiet}`}
          >
            Export Markdown
          </a>
          <a
            href={`/retros/${id}/print${asVersion}`}
            className={`inline-flex min-h-7 items-center text-meta ${quiet}`}
          >
            Print view
          </a>
        </div>
      </div>
      {mayAct ? null : <p className="text-meta text-ink-2">{refusal}</p>}
      {arrange.isError ? <ProblemNotice error={arrange.error} className="px-0" /> : null}
    </div>
  );
}
