import type { Aggregation, ArithmeticOperator, Matcher, OverTime, Promql } from "./parse-promql.ts";
import { matches } from "./parse-promql.ts";
import { PromqlError } from "./promql-error.ts";

export type Labels = Record<string, string>;

/** One series: its labels (with `__name__`) and its value at any time; null where it has none. */
export type Series = { labels: Labels; valueAt: (tMs: number) => number | null };

export type Sample = { metric: Labels; value: number };
export type Instant = { scalar: number } | { vector: Sample[] };
export type RangeSeries = { metric: Labels; values: [number, number][] };

export type EvaluationContext = {
  series: Series[];
  /** How far apart samples are taken where a range asks for all of them. */
  scrapeIntervalMs: number;
};

const ARITHMETIC: Record<ArithmeticOperator, (a: number, b: number) => number> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "^": (a, b) => a ** b,
};

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

// Like Prometheus: NaN counts for an extreme only when there is nothing else.
function extreme(values: number[], pick: (...values: number[]) => number): number {
  const real = values.filter((value) => !Number.isNaN(value));
  return real.length > 0 ? pick(...real) : Number.NaN;
}

const REDUCE: Record<Aggregation, (values: number[]) => number> = {
  sum,
  avg: (values) => sum(values) / values.length,
  max: (values) => extreme(values, Math.max),
  min: (values) => extreme(values, Math.min),
  count: (values) => values.length,
};

const OVER_TIME: Record<OverTime, (values: number[]) => number> = {
  avg_over_time: REDUCE.avg,
  max_over_time: REDUCE.max,
  min_over_time: REDUCE.min,
  sum_over_time: sum,
};

/** A stable text for a set of labels. */
export function labelKey(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function withoutName({ __name__: _name, ...rest }: Labels): Labels {
  return rest;
}

function select(context: EvaluationContext, matchers: Matcher[]): Series[] {
  return context.series
    .filter(({ labels }) =>
      matchers.every((matcher) => matches(matcher, labels[matcher.label] ?? "")),
    )
    .toSorted((a, b) => (labelKey(a.labels) < labelKey(b.labels) ? -1 : 1));
}

/** All samples of a range ending at `tMs`: at whole scrape intervals, the left edge not included. */
export function selectRange(
  context: EvaluationContext,
  expression: Promql & { kind: "range" },
  tMs: number,
): RangeSeries[] {
  const step = context.scrapeIntervalMs;
  const first = Math.floor((tMs - expression.rangeMs) / step) * step + step;
  return select(context, expression.selector.matchers).flatMap(({ labels, valueAt }) => {
    const values: [number, number][] = [];
    for (let at = first; at <= tMs; at += step) {
      const value = valueAt(at);
      if (value !== null) values.push([at, value]);
    }
    return values.length > 0 ? [{ metric: labels, values }] : [];
  });
}

function pair(operator: ArithmeticOperator, left: Sample[], right: Sample[]): Sample[] {
  const rights = new Map<string, Sample>();
  for (const sample of right) {
    const key = labelKey(withoutName(sample.metric));
    if (rights.has(key)) throw manyToMany("right");
    rights.set(key, sample);
  }
  const used = new Set<string>();
  return left.flatMap((sample) => {
    const key = labelKey(withoutName(sample.metric));
    const other = rights.get(key);
    if (!other) return [];
    if (used.has(key)) throw manyToMany("left");
    used.add(key);
    const value = ARITHMETIC[operator](sample.value, other.value);
    return [{ metric: withoutName(sample.metric), value }];
  });
}

function manyToMany(side: string): PromqlError {
  return new PromqlError(
    "execution",
    `found duplicate series for the match group on the ${side} hand-side of the operation;many-to-many matching not allowed: matching labels must be unique on one side`,
  );
}

function arithmetic(operator: ArithmeticOperator, left: Instant, right: Instant): Instant {
  const compute = ARITHMETIC[operator];
  if ("scalar" in left) {
    if ("scalar" in right) return { scalar: compute(left.scalar, right.scalar) };
    const map = (value: number) => compute(left.scalar, value);
    return { vector: right.vector.map((sample) => transform(sample, map)) };
  }
  if ("vector" in right) return { vector: pair(operator, left.vector, right.vector) };
  const map = (value: number) => compute(value, right.scalar);
  return { vector: left.vector.map((sample) => transform(sample, map)) };
}

function transform({ metric, value }: Sample, map: (value: number) => number): Sample {
  return { metric: withoutName(metric), value: map(value) };
}

function groupLabels(expression: Promql & { kind: "aggregate" }, metric: Labels): Labels {
  const entries = Object.entries(withoutName(metric)).filter(
    ([name]) => expression.by.includes(name) !== expression.without,
  );
  return Object.fromEntries(entries);
}

/** The value of an expression at one moment. Ranges must be handled by the caller. */
export function evaluatePromql(
  context: EvaluationContext,
  expression: Promql,
  tMs: number,
): Instant {
  switch (expression.kind) {
    case "number":
      return { scalar: expression.value };
    case "selector": {
      const vector = select(context, expression.matchers).flatMap(({ labels, valueAt }) => {
        const value = valueAt(tMs);
        return value === null ? [] : [{ metric: labels, value }];
      });
      return { vector };
    }
    case "negate":
      return arithmetic("*", { scalar: -1 }, evaluatePromql(context, expression.operand, tMs));
    case "arithmetic": {
      const left = evaluatePromql(context, expression.left, tMs);
      return arithmetic(expression.operator, left, evaluatePromql(context, expression.right, tMs));
    }
    case "aggregate": {
      const operand = evaluatePromql(context, expression.operand, tMs);
      const groups = new Map<string, { metric: Labels; values: number[] }>();
      for (const sample of "vector" in operand ? operand.vector : []) {
        const metric = groupLabels(expression, sample.metric);
        const group = groups.get(labelKey(metric)) ?? { metric, values: [] };
        group.values.push(sample.value);
        groups.set(labelKey(metric), group);
      }
      const reduce = REDUCE[expression.operator];
      const vector = [...groups.values()].map(({ metric, values }) => ({
        metric,
        value: reduce(values),
      }));
      return { vector };
    }
    case "overTime": {
      const reduce = OVER_TIME[expression.fn];
      const vector = selectRange(context, expression.operand, tMs).map(({ metric, values }) => ({
        metric: withoutName(metric),
        value: reduce(values.map(([, value]) => value)),
      }));
      return { vector };
    }
    case "range":
      throw new PromqlError("execution", "a range vector has no value at one moment");
  }
}
