"use client";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { MoreToAsk } from "@/components/retro/more-to-ask";
import { FormEnd } from "@/components/ui/form-end";
import type { AddFollowUpInput, FollowUp, FollowUpKind } from "@/lib/contracts/follow-up";
import { FOLLOW_UP_PROMPTS } from "@/lib/rules/retro-prompts";
import { kindNames, kindWords } from "./follow-up-words";

const label = "flex min-w-0 flex-col gap-1 text-meta text-ink-2";

/** What is to be done, by whom, by when, and to which end. */
export default function FollowUpForm({
  followUp,
  isPending,
  error,
  onSave,
  onDone,
}: {
  followUp: FollowUp | null;
  isPending: boolean;
  error: unknown;
  onSave: (input: AddFollowUpInput) => void;
  onDone: () => void;
}) {
  const first = useRef<HTMLInputElement>(null);
  // The form appears because the user asked for it; its field is where they are going.
  useEffect(() => first.current?.focus(), []);
  const [title, setTitle] = useState(followUp?.title ?? "");
  const [owner, setOwner] = useState(followUp?.owner ?? "");
  const [team, setTeam] = useState(followUp?.team ?? "");
  const [dueOn, setDueOn] = useState(followUp?.dueOn ?? "");
  const [kind, setKind] = useState<FollowUpKind>(followUp?.kind ?? "prevent");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isPending) return;
    onSave({
      title: title.trim(),
      owner: owner.trim() || null,
      team: team.trim() || null,
      dueOn: dueOn || null,
      kind,
    });
  };
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === "Escape") onDone();
      }}
      aria-label={followUp ? `Change follow-up ${followUp.id}` : "Add a follow-up"}
      className="flex flex-col gap-2.5 p-3.5"
    >
      <label className={label}>
        What is to be done
        <input
          ref={first}
          required
          minLength={3}
          maxLength={200}
          value={title}
          placeholder="Alert when the pool is 80 % full"
          onChange={(event) => setTitle(event.target.value)}
          className="field text-body"
        />
      </label>
      <MoreToAsk prompts={FOLLOW_UP_PROMPTS} />
      <div className="grid gap-2.5 sm:grid-cols-4">
        <label className={label}>
          Meant to
          <select
            value={kind}
            onChange={(event) => setKind(event.target.value as FollowUpKind)}
            className="field text-body"
          >
            {kindNames.map((name) => (
              <option key={name} value={name}>
                {kindWords[name]}
              </option>
            ))}
          </select>
        </label>
        <label className={label}>
          Owner
          <input
            maxLength={100}
            value={owner}
            onChange={(event) => setOwner(event.target.value)}
            className="field text-body"
          />
        </label>
        <label className={label}>
          Team
          <input
            maxLength={100}
            value={team}
            onChange={(event) => setTeam(event.target.value)}
            className="field text-body"
          />
        </label>
        <label className={label}>
          Due
          <input
            type="date"
            value={dueOn}
            onChange={(event) => setDueOn(event.target.value)}
            className="field text-body"
          />
        </label>
      </div>
      <FormEnd
        label={followUp ? "Save" : "Add follow-up"}
        error={error}
        isPending={isPending}
        onLeave={onDone}
      />
    </form>
  );
}
