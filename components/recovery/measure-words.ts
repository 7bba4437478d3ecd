import type { DeliveryMeasure, Quantile } from "@/lib/contracts/recovery";
import { intervalOf, shareOf, spanOf } from "./duration-words";

export type MeasureName = DeliveryMeasure["name"];

/** The five measures in the order in which they are read: how much, how quickly, how often wrong. */
export const MEASURES = [
  "deployment-frequency",
  "change-lead-time",
  "change-fail-rate",
  "failed-deployment-recovery-time",
  "deployment-rework-rate",
] as const satisfies readonly MeasureName[];

export function isMeasure(word: string | null): word is MeasureName {
  return MEASURES.some((measure) => measure === word);
}

/** A number of a measure's unit: "6.2 a week", "41 min", "7.3 %". */
export function figureOf(value: number, unit: DeliveryMeasure["unit"]): string {
  switch (unit) {
    case "per-week":
      return `${perWeek(value)} a week`;
    case "ms":
      return spanOf(value);
    case "ratio":
      return shareOf(value);
    default:
      return unit satisfies never;
  }
}

/** The interval of a measure in brackets; empty without one. */
export function boundsOf(quantile: Quantile, unit: DeliveryMeasure["unit"]): string {
  const { low, high } = quantile;
  if (low === null || high === null) return "";
  if (unit === "ms") return intervalOf(quantile);
  if (unit === "per-week") return `(${perWeek(low)}–${perWeek(high)})`;
  return `(${shareOf(low).replace(" %", "")}–${shareOf(high)})`;
}

function perWeek(value: number): string {
  return value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
}

/** What a measure was computed from: "3 of 41 deploys", "of 12 that failed". */
export function madeOf({ name, numerator, denominator }: DeliveryMeasure): string {
  switch (name) {
    case "deployment-frequency":
      return `${numerator ?? 0} deploys in ${perWeek(denominator)} weeks`;
    case "change-lead-time":
      return `of ${denominator} ${denominator === 1 ? "deploy" : "deploys"}`;
    case "failed-deployment-recovery-time":
      return `of ${denominator} that failed`;
    case "change-fail-rate":
    case "deployment-rework-rate":
      return `${numerator ?? 0} of ${denominator} deploys`;
    default:
      return name satisfies never;
  }
}
