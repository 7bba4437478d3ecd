/** What came of asking an outside system to hold deliveries back, or to let go of them. */
export type HoldAnswer =
  | {
      outcome: "held";
      at: string;
      /** What now happens to deliveries, in words. */
      sentence: string;
      /** What was there before, to be put back on release; null when nothing was. Plain JSON. */
      was: unknown;
      /** Whether it ends at expiry even when this server is gone. */
      endsByItself: boolean;
      /** How to let go by hand. */
      commands: string[];
      url: string | null;
    }
  /** As it was before; also when there was nothing to let go of. */
  | { outcome: "released"; at: string; sentence: string }
  | { outcome: "refused"; because: string; who: string | null; commands: string[] };

/** Whether what was held still is. `by`: who took it away, as far as the outside says. */
export type HoldReading =
  | { state: "held"; sentence: string }
  | { state: "absent"; sentence: string; by: string | null };
