"use client";
import { type MouseEvent, type ReactNode, useRef, useState } from "react";
import { announce } from "@/components/announcer/announce";
import { sentenceOf } from "@/lib/browser/api";
import { Button } from "./button";
import { useSending } from "./use-sending";

/**
 * Arms at the first press and says what it will do; does it at the second. Esc and blur disarm it. What
 * went wrong is said beneath it.
 */
export function PressTwice({
  label,
  about,
  confirm,
  warning = null,
  send,
}: {
  label: string;
  /** To tell it from others of the same label, for who doesn't see where it stands. */
  about: string;
  /** What the second press says: "Confirm: thaw F-12". */
  confirm: string;
  /** What to know before it. */
  warning?: ReactNode;
  send: () => Promise<unknown>;
}) {
  const [isArmed, setArmed] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const sending = useSending(send);
  const press = (event: MouseEvent) => {
    // The second half of a double click is not a second decision.
    if (event.detail > 1) return;
    if (isArmed) {
      setArmed(false);
      sending.send();
      return;
    }
    setArmed(true);
    announce(`Armed. ${confirm}. Press again to do it, Escape to leave it.`);
    // Safari doesn't focus what is clicked, and blur disarms.
    button.current?.focus();
  };
  return (
    <span className="inline-flex max-w-full flex-col items-start gap-1">
      <Button
        ref={button}
        size="small"
        look={isArmed ? "primary" : "plain"}
        aria-disabled={sending.isPending}
        className={isArmed ? "outline-2 outline-offset-2 outline-focus" : ""}
        onClick={press}
        onBlur={() => setArmed(false)}
        onKeyDown={(event) => {
          if (event.repeat && event.key === "Enter") event.preventDefault();
          if (event.key !== "Escape" || !isArmed) return;
          event.stopPropagation();
          setArmed(false);
          announce("Disarmed. Nothing was done.");
        }}
      >
        {sending.isPending ? "Asking…" : isArmed ? confirm : label}
        <span className="sr-only"> {about}</span>
      </Button>
      {isArmed && warning ? (
        <span className="max-w-72 text-meta text-ink-2">
          <span aria-hidden="true" className="me-1 font-bold text-warn">
            !
          </span>
          {warning}
        </span>
      ) : null}
      {sending.error ? (
        <span role="alert" className="text-meta font-medium">
          {sentenceOf(sending.error)}
        </span>
      ) : null}
    </span>
  );
}
