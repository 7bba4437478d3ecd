/**
 * How a sandboxed product misbehaves, for tests and for the demo's bad days.
 * - `refuse`: the connection is torn down at once, nothing is read.
 * - `hang`: the request is read, no answer ever comes.
 * - `error`: the product's own 500. - `unauthorized`: its own 401, whatever the token.
 * - `slow`: a right answer after `delayMs`.
 */
export type FaultMode = "none" | "refuse" | "hang" | "error" | "unauthorized" | "slow";

export type FaultSettings = {
  mode: FaultMode;
  /** Milliseconds to wait before answering in mode `slow`; 2,000 unless told. */
  delayMs?: number;
  /** The next mutation takes effect but its answer never arrives; then this switches itself off. */
  applyThenDrop?: boolean;
};

export type Faults = {
  /** Replaces all settings at once. */
  set: (settings: FaultSettings) => void;
  get: () => Required<FaultSettings>;
  /** True once per `applyThenDrop`. */
  takeDrop: () => boolean;
};

/** Fault settings that start at `none`. */
export function createFaults(): Faults {
  let current: Required<FaultSettings> = { mode: "none", delayMs: 2_000, applyThenDrop: false };
  return {
    set: ({ mode, delayMs = 2_000, applyThenDrop = false }) => {
      current = { mode, delayMs, applyThenDrop };
    },
    get: () => ({ ...current }),
    takeDrop: () => {
      const drop = current.applyThenDrop;
      current = { ...current, applyThenDrop: false };
      return drop;
    },
  };
}
