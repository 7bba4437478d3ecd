"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { announce } from "@/components/announcer/announce";
import { FormEnd } from "@/components/ui/form-end";
import { retroApi } from "@/lib/browser/retro-api";
import type { Factor, TimelineItem } from "@/lib/contracts/retro";
import { FACTOR_PROMPTS } from "@/lib/rules/retro-prompts";
import { LanguageNotes } from "./language-notes";
import { LinePicker } from "./line-picker";
import { MoreToAsk } from "./more-to-ask";
import { useRetroDesk } from "./retro-desk";

/** Writes one of several contributing factors and what it rests on. */
export default function FactorForm({
  factor,
  timeline,
  onDone,
}: {
  /** The one to change, or null for a new one. */
  factor: Factor | null;
  timeline: TimelineItem[];
  onDone: () => void;
}) {
  const { incidentId } = useRetroDesk();
  const client = useQueryClient();
  const field = useRef<HTMLTextAreaElement>(null);
  // The form appears because the user asked for it; its field is where they are going.
  useEffect(() => field.current?.focus(), []);
  const [text, setText] = useState(factor?.text ?? "");
  const [subjects, setSubjects] = useState(factor?.subjects ?? []);
  const keep = useMutation({
    mutationFn: () => {
      const input = { text: text.trim(), subjects };
      return factor
        ? retroApi.editFactor(incidentId, factor.id, { ...input, version: factor.version })
        : retroApi.addFactor(incidentId, input);
    },
    onSuccess: () => {
      announce(factor ? "Factor changed." : "Factor added.");
      onDone();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["retro", incidentId], exact: true }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!keep.isPending) keep.mutate();
  };
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === "Escape") onDone();
      }}
      aria-label={factor ? "Change a contributing factor" : "Add a contributing factor"}
      className="flex flex-col gap-2.5 p-3.5"
    >
      <label className="flex flex-col gap-1 text-meta text-ink-2">
        One of the conditions that had to come together
        <textarea
          ref={field}
          required
          rows={2}
          maxLength={5_000}
          value={text}
          placeholder="The pool of connections was sized for one replica, and nothing showed how full it was"
          onChange={(event) => setText(event.target.value)}
          className="field text-body"
        />
      </label>
      <LanguageNotes text={text} field={field} />
      <MoreToAsk prompts={FACTOR_PROMPTS} />
      <LinePicker timeline={timeline} value={subjects} onChange={setSubjects} />
      <FormEnd
        label={factor ? "Save" : "Add factor"}
        error={keep.error}
        isPending={keep.isPending}
        onLeave={onDone}
      />
    </form>
  );
}
