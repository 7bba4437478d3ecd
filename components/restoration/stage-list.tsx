"use client";
import { plannedTime, runningTime } from "@/components/clock/duration";
import { useNow } from "@/components/clock/use-now";
import { ExternalLink } from "@/components/ui/external-link";
import type { Stage } from "@/lib/contracts/restoration";
import { QueueAgain } from "./queue-again";

const SIGNS: Record<Stage["state"], { sign: string; hue: string }> = {
  done: { sign: "✓", hue: "text-good" },
  running: { sign: "●", hue: "text-accent breathe" },
  waiting: { sign: "○", hue: "text-ink-3" },
  stuck: { sign: "!", hue: "text-warn" },
};

/** "running 1:20, usually 3 min (the last 12 runs)"; `now` is null while hydrating. */
export function stageInWords(stage: Stage, now: number | null): string {
  const { state, startedAt, usualMs, usualFrom, detail } = stage;
  const isGoingOn = state === "running" || state === "stuck";
  const since =
    isGoingOn && startedAt && now !== null ? ` ${runningTime(now - Date.parse(startedAt))}` : "";
  const usual =
    state !== "done" && typeof usualMs === "number"
      ? `usually ${plannedTime(usualMs)}${usualFrom ? ` (${usualFrom})` : ""}`
      : null;
  return [`${state}${since}`, usual, detail].filter((part) => part).join(", ");
}

/** The stages on the way into effect, each with how long it has run and how long it usually takes. */
export function StageList({ stages, of }: { stages: Stage[]; of: string }) {
  const now = useNow();
  if (stages.length === 0) return null;
  return (
    <ul className="mt-3 flex flex-col gap-1" aria-label="Stages">
      {stages.map((stage) => (
        <li key={stage.name} className="grid grid-cols-[1rem_minmax(0,1fr)] gap-1.5">
          <span aria-hidden="true" className={`font-bold ${SIGNS[stage.state].hue}`}>
            {SIGNS[stage.state].sign}
          </span>
          <span className="min-w-0 wrap-anywhere">
            <ExternalLink href={stage.url}>{stage.name}</ExternalLink>
            <span className="text-ink-3 tabular-nums"> {stageInWords(stage, now)}</span>
            {stage.offer === "queue-again" ? <QueueAgain of={of} /> : null}
          </span>
        </li>
      ))}
    </ul>
  );
}
