"use client";
import { useEffect, useRef } from "react";
import { alertNow, announceLater } from "@/components/announcer/announce";
import { Time } from "@/components/clock/time";
import { useMayAct } from "@/components/lever/use-may-act";
import { Commands } from "@/components/ui/commands";
import { ExternalLink } from "@/components/ui/external-link";
import { Tag, type Tone } from "@/components/ui/tag";
import type { Restoration, RestorationState } from "@/lib/contracts/restoration";
import { wasNotDone } from "./order-restorations";
import { PutBack } from "./put-back";
import { RestorationSteps } from "./restoration-steps";
import { StageList } from "./stage-list";

/** A lever pulled longer ago isn't what the focus is waiting for. */
const FRESH_MS = 60_000;

const stateWords: Record<RestorationState, { word: string; tone: Tone }> = {
  planned: { word: "Planned", tone: "plain" },
  asked: { word: "Asked", tone: "plain" },
  accepted: { word: "Accepted, taking effect", tone: "accent" },
  "in-effect": { word: "In effect, verifying", tone: "accent" },
  verified: { word: "Verified", tone: "good" },
  failed: { word: "Failed", tone: "harm" },
  unknown: { word: "Outcome unknown", tone: "warn" },
};

const notDone: { word: string; tone: Tone } = { word: "Not done", tone: "warn" };

function Outcome({ restoration }: { restoration: Restoration }) {
  if (restoration.state === "failed") {
    return (
      <div
        className={`mt-3 border-s-2 ps-3 ${wasNotDone(restoration) ? "border-warn" : "border-harm"}`}
      >
        <p className="font-semibold">
          {restoration.failure?.sentence ?? "It took effect and the signal stayed bad."}
        </p>
        <p className="text-ink-2">
          {/* What never took effect, or undid a way back, says nothing against the lever. */}
          {restoration.inEffectAt && !restoration.putBackOf ? "This wasn't the way back. " : null}
          <a href="#levers" className="font-medium text-accent underline underline-offset-2">
            Choose the next lever
          </a>
        </p>
      </div>
    );
  }
  if (restoration.state === "unknown") {
    return (
      <div className="mt-3 border-s-2 border-warn ps-3">
        <p className="font-semibold">It was asked, and no answer came.</p>
        <p className="text-ink-2">
          The system is being read to see whether it happened. It is not asked a second time.
          {restoration.failure ? ` ${restoration.failure.sentence}` : ""}
        </p>
      </div>
    );
  }
  return restoration.failure ? <p className="mt-3">{restoration.failure.sentence}</p> : null;
}

/** One Restoration as it happens: steps, stages, receipts, and the way back. */
export function RestorationPanel({ restoration }: { restoration: Restoration }) {
  const { name } = useMayAct();
  const { state, label, id } = restoration;
  const { word, tone } = wasNotDone(restoration) ? notDone : stateWords[state];
  const known = useRef(state);
  useEffect(() => {
    if (known.current === state) return;
    known.current = state;
    const sentence = `${label}: ${word.toLowerCase()}.`;
    if (state === "failed") alertNow(sentence);
    else announceLater(sentence);
  }, [state, label, word]);

  const isMine = name === restoration.by;
  // The button that was pressed is gone or folded away by now: its focus goes on to what it started.
  const article = useRef<HTMLElement>(null);
  const { plannedAt } = restoration;
  useEffect(() => {
    const isFresh = Date.now() - Date.parse(plannedAt) < FRESH_MS;
    const { activeElement, body } = document;
    const isFree = activeElement === body || activeElement?.matches("[data-kept]");
    if (isMine && isFresh && isFree) article.current?.focus();
  }, [isMine, plannedAt]);

  const isUnderWay = ["planned", "asked", "accepted", "in-effect"].includes(state);
  // What may have happened may be put back; what was never accepted has nothing to undo.
  const mayPutBack =
    restoration.putBackBy === null &&
    restoration.acceptedAt !== null &&
    (restoration.inEffectAt !== null || restoration.lever === "rollback");
  return (
    <article
      ref={article}
      tabIndex={-1}
      aria-label={label}
      className="@container rounded-[9px] p-3.5 -outline-offset-2"
    >
      <header className="mb-3.5 flex flex-wrap items-center gap-x-2.5 gap-y-2">
        <h3 className="text-head">{label}</h3>
        {/* What it was found to be before it was undone, its steps still tell. */}
        {restoration.undone ? <Tag tone="warn">Undone</Tag> : <Tag tone={tone}>{word}</Tag>}
        {restoration.putBackBy ? <Tag>Put back by {restoration.putBackBy}</Tag> : null}
        {restoration.putBackOf ? <Tag>Puts back {restoration.putBackOf}</Tag> : null}
        <span className="text-ink-3">
          {isUnderWay && !isMine ? (
            <b className="font-semibold text-ink">{restoration.by} is doing this</b>
          ) : (
            <>by {isMine ? "you" : restoration.by}</>
          )}
          {restoration.wasRecommended === true ? ", as recommended" : ""}
          {restoration.wasRecommended === false ? ", against the recommendation" : ""}
        </span>
      </header>
      <RestorationSteps restoration={restoration} />
      <StageList stages={restoration.stages} of={id} />
      <Outcome restoration={restoration} />
      {restoration.undone ? (
        <div className="mt-3 border-s-2 border-warn ps-3">
          <p className="font-semibold wrap-anywhere">{restoration.undone.sentence}</p>
          <p className="text-ink-2">
            <Time at={restoration.undone.at} />
          </p>
        </div>
      ) : null}
      <Commands commands={restoration.commands} />
      {mayPutBack ? (
        <div className="mt-3">
          <PutBack restoration={restoration} />
        </div>
      ) : null}
      <footer className="mt-3 text-meta text-ink-3">
        {restoration.receipts.length > 0 ? (
          <ul>
            {restoration.receipts.map((receipt) => (
              <li key={`${receipt.at} ${receipt.sentence}`}>
                <Time at={receipt.at} only="absolute" />{" "}
                <ExternalLink href={receipt.url}>{receipt.sentence}</ExternalLink>
              </li>
            ))}
          </ul>
        ) : null}
        <p>
          Receipt {id}
          {restoration.url ? (
            <>
              {" · "}
              <ExternalLink href={restoration.url}>open it where it happens</ExternalLink>
            </>
          ) : null}
        </p>
      </footer>
    </article>
  );
}
