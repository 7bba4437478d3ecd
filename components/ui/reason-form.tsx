"use client";
import { type FormEvent, useId, useState } from "react";
import { isSeen } from "@/lib/contracts/seen-text";
import { FormEnd } from "./form-end";
import { useSending } from "./use-sending";

const LEAST = 10;

const focusOnce = (field: HTMLTextAreaElement | null) => field?.focus();

/** Asks for the reason of something that should be rare; Esc leaves it. The reason is kept with the name. */
export function ReasonForm({
  question,
  placeholder,
  label,
  send,
  onLeave,
}: {
  question: string;
  placeholder: string;
  /** What the button says: "Let it through". */
  label: string;
  send: (reason: string) => Promise<unknown>;
  onLeave: () => void;
}) {
  const [reason, setReason] = useState("");
  const hint = useId();
  const sending = useSending(send);
  const missing = LEAST - reason.trim().length;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isSeen(reason)) sending.send(reason.trim());
  };
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onLeave();
      }}
      className="flex flex-col gap-2 pt-1.5"
    >
      <label className="flex flex-col gap-1 font-medium">
        {question}
        <textarea
          // The form appears because the user asked for it; its field is where they are going.
          ref={focusOnce}
          required
          rows={2}
          maxLength={1_000}
          value={reason}
          aria-describedby={hint}
          placeholder={placeholder}
          onChange={({ target }) => setReason(target.value)}
          className="field font-normal"
        />
      </label>
      <p id={hint} className="text-meta text-ink-2">
        {missing > 0
          ? `At least ${LEAST} characters, ${missing} to go.`
          : "It is kept on the timeline, with your name."}
      </p>
      <FormEnd
        label={label}
        error={sending.error}
        isPending={sending.isPending}
        onLeave={onLeave}
      />
    </form>
  );
}
