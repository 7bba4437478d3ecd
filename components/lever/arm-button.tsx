"use client";
import { type MouseEvent, useEffect, useRef, useState } from "react";
import { useAction } from "@/components/action/use-action";
import { announce } from "@/components/announcer/announce";
import { Button } from "@/components/ui/button";
import { ProblemError, sentenceOf } from "@/lib/browser/api";
import { freshKey } from "@/lib/browser/fresh-key";
import type { LeverPreview } from "@/lib/contracts/lever";
import type { RestoreOutcome } from "@/lib/contracts/restoration";

type Press =
  | { state: "idle" }
  | { state: "armed" | "sending"; seen: LeverPreview; key: string }
  | { state: "sent"; seen: LeverPreview };

/**
 * Arms at the first press and names what it will do; fires at the second. Esc and blur disarm it.
 * What is sent is what was seen when it was armed, even if the preview was read again since.
 */
export function ArmButton({
  preview,
  isPrimary,
  lead = "",
  keys,
  along = "",
  fire,
}: {
  preview: LeverPreview;
  isPrimary: boolean;
  /** Said before the label where the label alone could mislead, e.g. "Put back: ". */
  lead?: string;
  /** Single key that presses it, e.g. "r". */
  keys?: string;
  /** What it does besides, as it is set now: "It freezes other deliveries, too." */
  along?: string;
  fire: (seen: LeverPreview, key: string) => Promise<RestoreOutcome>;
}) {
  const label = `${lead}${preview.label}`;
  const [press, setPress] = useState<Press>({ state: "idle" });
  const [said, setSaid] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const isSending = useRef(false);

  // What was armed no longer holds: the world moved between the two presses.
  const isStale = press.state === "armed" && press.seen.seen !== preview.seen;
  const isOver = press.state === "sent" && press.seen.seen !== preview.seen;
  useEffect(() => {
    if (isOver) setPress({ state: "idle" });
  }, [isOver]);
  useEffect(() => {
    if (!isStale) return;
    const sentence = "This changed while you looked at it, so it was disarmed. Read it again.";
    setPress({ state: "idle" });
    setSaid(sentence);
    announce(sentence);
  }, [isStale]);

  const send = async (seen: LeverPreview, key: string) => {
    if (isSending.current) return;
    isSending.current = true;
    setPress({ state: "sending", seen, key });
    setSaid(null);
    try {
      const outcome = await fire(seen, key);
      setSaid(outcome.sentence);
      announce(outcome.sentence);
      setPress(outcome.outcome === "unchanged" ? { state: "idle" } : { state: "sent", seen });
    } catch (error) {
      const sentence = sentenceOf(error);
      // No answer came: the same key stays armed, so pressing again is the same press.
      const isSilence = error instanceof ProblemError && error.status === 0;
      setSaid(isSilence ? `${sentence} Press again: it stays one request.` : sentence);
      announce(sentence);
      setPress(isSilence ? { state: "armed", seen, key } : { state: "idle" });
    } finally {
      isSending.current = false;
    }
  };

  const act = () => {
    if (press.state === "armed" && !isStale) void send(press.seen, press.key);
    if (press.state !== "idle") return;
    // Nothing is armed out of sight: a key may press a button that is folded away.
    button.current?.closest("details")?.setAttribute("open", "");
    setSaid(null);
    // A key for each arming, so that any number of presses is one request.
    setPress({ state: "armed", seen: preview, key: freshKey() });
    announce(`Armed. ${preview.confirm}. ${along} Press again to do it, Escape to leave it.`);
    button.current?.focus();
  };

  const onClick = (event: MouseEvent) => {
    // The second half of a double click is not a second decision.
    if (event.detail > 1) return;
    act();
  };

  useAction(
    { id: `press-${label}`, label, group: "Levers", keys, run: act },
    press.state === "idle" || press.state === "armed",
  );

  const isArmed = press.state === "armed";
  const text = isArmed
    ? press.seen.confirm
    : press.state === "sending"
      ? "Asking…"
      : press.state === "sent"
        ? "Asked"
        : label;
  return (
    <div className="row-start-3 flex flex-col items-start gap-1.5">
      <Button
        ref={button}
        look={isArmed || (isPrimary && press.state === "idle") ? "primary" : "plain"}
        aria-disabled={press.state === "sending" || press.state === "sent"}
        aria-keyshortcuts={keys?.toUpperCase()}
        keycap={press.state === "idle" ? keys?.toUpperCase() : undefined}
        className={`w-full sm:w-auto ${isArmed ? "outline-2 outline-offset-2 outline-focus" : ""}`}
        onClick={onClick}
        onBlur={() => {
          if (press.state === "armed") setPress({ state: "idle" });
        }}
        onKeyDown={(event) => {
          if (event.repeat && event.key === "Enter") event.preventDefault();
          if (event.key !== "Escape" || press.state !== "armed") return;
          event.stopPropagation();
          setPress({ state: "idle" });
          announce("Disarmed. Nothing was done.");
        }}
      >
        {text}
      </Button>
      {isArmed ? (
        <div className="text-meta text-ink-2">
          <p>Press again to do it. Esc leaves everything as it is.</p>
          {along ? <p>{along}</p> : null}
          {press.seen.warnings.map((warning) => (
            <p key={warning.code}>
              <span aria-hidden="true" className="me-1 font-bold text-warn">
                !
              </span>
              {warning.sentence}
            </p>
          ))}
        </div>
      ) : null}
      {said ? <p className="text-meta font-medium">{said}</p> : null}
    </div>
  );
}
