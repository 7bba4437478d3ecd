"use client";
import { useQuery } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { queries } from "@/lib/browser/queries";
import {
  PERIODS,
  type PeriodWord,
  type RecoveryFilter,
  USUAL,
} from "@/lib/browser/recovery-period";
import { LEVER_NAMES } from "@/lib/rules/recovery-names";

type Change = (words: Record<string, string | null>) => void;

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly (readonly [value: string, label: string])[];
  onChange: (value: string | null) => void;
}) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value || null)}
      className={`field max-w-full min-w-0 text-meta ${value ? "border-ink-3 font-semibold" : ""}`}
    >
      {options.map(([word, text]) => (
        <option key={word} value={word}>
          {text}
        </option>
      ))}
    </select>
  );
}

function Day({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <label className="flex items-center gap-1.5 text-meta text-ink-2">
      {label}
      <input
        type="date"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="field"
      />
    </label>
  );
}

const levers = [["", "Every lever"], ...Object.entries(LEVER_NAMES)] as const;
const severities = [["", "Every severity"], ...["1", "2", "3", "4"].map((n) => [n, `SEV${n}`])];
const drills = [
  ["", "Without drills"],
  ["with", "With drills"],
  ["only", "Only drills"],
] as const;

/** The period and what the history is narrowed to; all of it is in the address. */
export function RecoveryFilters({
  filter,
  period,
  onChange,
}: {
  filter: RecoveryFilter;
  /** What is shown, as days: where a custom period begins. */
  period: { from: string; to: string };
  onChange: Change;
}) {
  const services = useQuery(queries.services());
  const names = services.data?.map(({ name, title }) => [name, title] as const) ?? [];
  // A service that is gone still has a history.
  if (filter.service && !names.some(([name]) => name === filter.service)) {
    names.push([filter.service, filter.service]);
  }
  const isNarrowed = Boolean(filter.service || filter.lever || filter.severity || filter.drills);
  const choose = (word: PeriodWord) =>
    onChange(
      word === "custom"
        ? { period: word, ...period }
        : { period: word === USUAL ? null : word, from: null, to: null },
    );
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <fieldset className="flex flex-wrap gap-1.5">
        <legend className="sr-only">Period</legend>
        {(Object.keys(PERIODS) as PeriodWord[]).map((word) => (
          <Button
            key={word}
            size="small"
            aria-pressed={word === filter.period}
            className="aria-pressed:bg-sunken aria-pressed:font-semibold"
            onClick={() => choose(word)}
          >
            {PERIODS[word]}
          </Button>
        ))}
      </fieldset>
      {filter.period === "custom" ? (
        <div className="flex flex-wrap gap-2">
          <Day label="From" value={filter.from} onChange={(from) => onChange({ from })} />
          <Day label="to" value={filter.to} onChange={(to) => onChange({ to })} />
        </div>
      ) : null}
      <div className="flex min-w-0 flex-wrap gap-1.5">
        <Choice
          label="Service"
          value={filter.service}
          options={[["", "Every service"], ...names]}
          onChange={(service) => onChange({ service })}
        />
        <Choice
          label="Lever"
          value={filter.lever}
          options={levers}
          onChange={(lever) => onChange({ lever })}
        />
        <Choice
          label="Severity"
          value={filter.severity}
          options={severities.map(([value = "", label = ""]) => [value, label] as const)}
          onChange={(severity) => onChange({ severity })}
        />
        <Choice
          label="Drills"
          value={filter.drills}
          options={drills}
          onChange={(word) => onChange({ drills: word })}
        />
        {isNarrowed ? (
          <Button
            size="small"
            look="quiet"
            onClick={() => onChange({ service: null, lever: null, severity: null, drills: null })}
          >
            Clear
          </Button>
        ) : null}
      </div>
    </div>
  );
}
