"use client";
import type { CSSProperties } from "react";
import { clockTime, stepTime } from "@/components/clock/duration";
import { useNow } from "@/components/clock/use-now";
import type { Restoration } from "@/lib/contracts/restoration";

type Step = { name: string; state: "done" | "running" | "waiting" | "stopped"; detail: string };

const underWay = {
  retoggle: "Reading it back",
  rollback: "Rolling out",
  revert: "Checks, merge, delivery",
} as const;

/** Where it is on the way into effect: by the name of the stage below whose line tells the same in full. */
function wayInWords({ progress, stages }: Restoration): string | null {
  const current = stages.find(({ state }) => state !== "done");
  if (progress === null || !current?.detail) return progress;
  const isTold = progress.toLowerCase().endsWith(current.detail.toLowerCase());
  return isTold ? current.name : progress;
}

/** The steps of a Restoration as the systems have confirmed them; nothing is assumed. */
export function stepsOf(restoration: Restoration): Step[] {
  const { state, askedAt, acceptedAt, inEffectAt, endedAt, progress, lever, plannedAt } =
    restoration;
  const since = (at: string) =>
    askedAt ? stepTime(Date.parse(at) - Date.parse(askedAt)) : clockTime(at);
  const isVerified = state === "verified";
  const hasStopped = state === "failed" || state === "unknown";
  const at = (
    name: string,
    moment: string | null,
    isNext: boolean,
    detail: string | null,
  ): Step => {
    if (moment) return { name, state: "done", detail: since(moment) };
    if (!isNext) return { name, state: "waiting", detail: "–" };
    return { name, state: hasStopped ? "stopped" : "running", detail: detail ?? "" };
  };
  return [
    {
      name: "Asked",
      state: askedAt ? "done" : hasStopped ? "stopped" : "running",
      detail: clockTime(askedAt ?? plannedAt),
    },
    at("Accepted", acceptedAt, askedAt !== null, "waiting for an answer"),
    at(
      inEffectAt ? "In effect" : underWay[lever],
      inEffectAt,
      acceptedAt !== null,
      wayInWords(restoration),
    ),
    at(
      isVerified ? "Signal good" : "Verifying",
      isVerified ? (restoration.goodSince ?? endedAt) : null,
      inEffectAt !== null,
      progress ?? (hasStopped ? null : "waiting for the signal"),
    ),
    at("Verified", isVerified ? endedAt : null, false, null),
  ];
}

const bars = {
  done: "border-good",
  running: "border-edge",
  waiting: "border-line",
  stopped: "border-harm",
} as const;
const signs = { done: "✓ ", running: "", waiting: "", stopped: "✕ " } as const;

/** The share of the verifying time that has passed, 0 to 1; null when it isn't verifying. */
function verifiedShare(restoration: Restoration, now: number | null): number | null {
  const { state, goodSince, verifyForSeconds } = restoration;
  if (state !== "in-effect" || !goodSince || !verifyForSeconds || now === null) return null;
  return Math.min(1, (now - Date.parse(goodSince)) / (verifyForSeconds * 1_000));
}

/** How far the line of a step that is being verified has come: down on narrow screens, across on wide ones. */
function passedOf({ name }: Step, share: number | null): CSSProperties | undefined {
  if (name !== "Verifying" || share === null) return undefined;
  return { "--passed": `${Math.max(4, share * 100)}%` } as CSSProperties;
}

/** Asked, accepted, in effect, verified: with the time from asking to each. */
export function RestorationSteps({ restoration }: { restoration: Restoration }) {
  const now = useNow();
  const share = verifiedShare(restoration, now);
  return (
    <ol className="grid gap-y-2 @2xl:grid-cols-5">
      {stepsOf(restoration).map((step) => (
        <li
          key={step.name}
          aria-current={step.state === "running" ? "step" : undefined}
          className={`relative border-s-[3px] ps-3 pe-2 @2xl:border-s-0 @2xl:border-t-[3px] @2xl:ps-0 @2xl:pt-2 ${bars[step.state]} ${
            step.state === "waiting" ? "text-ink-3" : ""
          }`}
        >
          {step.state === "running" ? (
            <span
              aria-hidden="true"
              className={`absolute -start-[3px] top-0 w-[3px] bg-good @2xl:-top-[3px] @2xl:start-0 @2xl:h-[3px] ${
                step.name === "Verifying" && share !== null
                  ? "h-(--passed) @2xl:w-(--passed)"
                  : "breathe h-full @2xl:w-1/3"
              }`}
              style={passedOf(step, share)}
            />
          ) : null}
          <b className="font-semibold">
            <span
              aria-hidden="true"
              className={step.state === "stopped" ? "text-harm" : "text-good"}
            >
              {signs[step.state]}
            </span>
            {step.name}
            <span className="sr-only">
              {step.state === "stopped" ? ", stopped here" : step.state === "done" ? ", done" : ""}
            </span>
          </b>
          <span className="block text-ink-2 tabular-nums">{step.detail}</span>
        </li>
      ))}
    </ol>
  );
}
