import { Severity } from "@/components/severity/severity";
import type { Severity as Grade } from "@/lib/contracts/incident";

const grades: { grade: Grade; means: string }[] = [
  { grade: 1, means: "everybody is hurt, or data is lost" },
  { grade: 2, means: "a main path is broken for many" },
  { grade: 3, means: "some are hurt, there is a way around" },
  { grade: 4, means: "small, but worth tracking" },
];

/** Choice of severity, each with what it means. */
export function SeverityField({
  value,
  onChange,
}: {
  value: Grade;
  onChange: (grade: Grade) => void;
}) {
  return (
    <fieldset>
      <legend className="mb-1 font-medium">Severity</legend>
      <div className="grid gap-1.5 sm:grid-cols-2">
        {grades.map(({ grade, means }) => (
          <label
            key={grade}
            className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md border border-line px-2.5 py-1.5 has-checked:border-accent has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              name="severity"
              value={grade}
              checked={value === grade}
              onChange={() => onChange(grade)}
              className="size-4 shrink-0 accent-(--accent)"
            />
            <Severity grade={grade} isLive={false} />
            <span className="text-meta text-ink-2">{means}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
