/** What a series of samples says, in the unit of the samples. */
export type Summary = { n: number; median: number; p95: number; min: number; max: number };

/** A figure that must not be above `limit`. `isRatio`: of two medians taken side by side. */
export type Bound = {
  what: string;
  value: number;
  limit: number;
  unit: "ratio" | "ms" | "MB" | "kB";
};

/** One measurement: what was sampled, what it is held to, and what a reader should know of it. */
export type Measurement = {
  name: string;
  what: string;
  samples: Record<string, Summary>;
  bounds: Bound[];
  notes: string[];
};

/** Median, 95th percentile (nearest rank) and extremes of at least one sample. */
export function summarise(samples: readonly number[]): Summary {
  const sorted = [...samples].sort((a, b) => a - b);
  return {
    n: sorted.length,
    median: rounded(at(sorted, 0.5)),
    p95: rounded(at(sorted, 0.95)),
    min: rounded(at(sorted, 0)),
    max: rounded(at(sorted, 1)),
  };
}

/** Ratio of two medians, to three digits. */
export function ratioOf(ours: Summary, theirs: Summary): number {
  return Math.round((ours.median / theirs.median) * 1000) / 1000;
}

export function isMet(bound: Bound): boolean {
  return bound.value <= bound.limit;
}

/** A measurement for people: a line for each series and each bound. */
export function inWords(measurement: Measurement): string {
  const { name, what, samples, bounds, notes } = measurement;
  const width = Math.max(0, ...Object.keys(samples).map((key) => key.length));
  return [
    `${name}: ${what}`,
    ...Object.entries(samples).map(
      ([key, { n, median, p95, min, max }]) =>
        `  ${key.padEnd(width)}  median ${median}  p95 ${p95}  from ${min} to ${max}  (n ${n})`,
    ),
    ...bounds.map(
      (bound) =>
        `  ${isMet(bound) ? "met   " : "MISSED"} ${bound.what}: ${bound.value}${unitOf(bound)}, at most ${bound.limit}${unitOf(bound)}`,
    ),
    ...notes.map((note) => `  ${note}`),
  ].join("\n");
}

function unitOf({ unit }: Bound): string {
  return unit === "ratio" ? "" : ` ${unit}`;
}

function at(sorted: readonly number[], share: number): number {
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error("There are no samples to summarise.");
  return value;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
