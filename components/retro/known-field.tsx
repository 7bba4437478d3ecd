import { useId } from "react";
import type { TimelineItem } from "@/lib/contracts/retro";

type Known = TimelineItem["known"];

const choices: { value: Known; label: string }[] = [
  { value: null, label: "not said" },
  { value: "then", label: "known then" },
  { value: "later", label: "known only later" },
];

/** Whether people knew it at the time: what looks plain now often couldn't be seen then. */
export function KnownField({ value, onChange }: { value: Known; onChange: (next: Known) => void }) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1 text-meta text-ink-2">Did we know this at the time?</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {choices.map((choice) => (
          <label key={choice.label} className="flex min-h-6 items-center gap-1.5">
            <input
              type="radio"
              name={name}
              checked={value === choice.value}
              onChange={() => onChange(choice.value)}
              className="size-4 accent-(--accent)"
            />
            {choice.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
