import "server-only";
import { setTimeout as sleep } from "node:timers/promises";

export type Repeated = {
  /** Runs the next turn now instead of later. */
  nudge(): void;
};

/**
 * Runs `turn` again and again, `everyMs` after the end of the one before, until the signal aborts.
 * A turn that throws is told to `onError`; the next comes all the same, later by up to a fifth.
 */
export function repeat(
  turn: () => Promise<void>,
  options: { everyMs: number; signal: AbortSignal; onError: (error: unknown) => void },
): { done: Promise<void> } & Repeated {
  let wake = new AbortController();
  const run = async () => {
    while (!options.signal.aborted) {
      try {
        await turn();
      } catch (error) {
        if (options.signal.aborted) return;
        options.onError(error);
      }
      const waitMs = options.everyMs * (1 + Math.random() / 5);
      const either = AbortSignal.any([wake.signal, options.signal]);
      await sleep(waitMs, undefined, { signal: either }).catch(() => undefined);
      if (wake.signal.aborted) wake = new AbortController();
    }
  };
  return { done: run(), nudge: () => wake.abort() };
}
