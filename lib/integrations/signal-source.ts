import type { SignalPoint } from "@/lib/contracts/signal";

export type SignalSource = {
  readonly kind: "signals";
  readonly product: string;
  check(): Promise<{ version: string }>;
  /**
   * The query over a window. A query that gives several series is refused with SourceError `invalid`
   * and a sentence that says to aggregate; none gives an empty list.
   */
  range(query: {
    query: string;
    from: Date;
    to: Date;
    stepSeconds: number;
  }): Promise<SignalPoint[]>;
  /** By how many milliseconds its clock was ahead of ours when it last answered; null while unknown. */
  clockAheadMs?(): number | null;
  urlOf(query: string): string | null;
};
