import { noiseAt } from "./random.ts";

const NOISE_BUCKET_MS = 5_000;
const NOISE_SHARE = 0.35;

/**
 * One service's true share of failed requests over time, as steps, and what a scrape would make of it:
 * the mean over the last window with a little noise, as a rate over a minute has it.
 */
export class ErrorHistory {
  readonly #name: string;
  readonly #windowMs: number;
  readonly #steps: { at: number; ratio: number }[] = [];

  constructor(name: string, windowMs: number) {
    this.#name = name;
    this.#windowMs = windowMs;
  }

  /** From `at` on (milliseconds) this share of requests fails. Times must not go backwards. */
  set(at: number, ratio: number): void {
    const last = this.#steps.at(-1);
    if (last && last.ratio === ratio) return;
    if (last && last.at === at) last.ratio = ratio;
    else this.#steps.push({ at, ratio });
  }

  /** What a recording rule would have said at `at`; null before the first step. */
  valueAt(at: number): number | null {
    const first = this.#steps[0];
    if (!first || at < first.at) return null;
    const mean = this.#meanBetween(at - this.#windowMs, at);
    const wobble = noiseAt(this.#name, Math.floor(at / NOISE_BUCKET_MS)) - 0.5;
    return Math.max(0, mean * (1 + wobble * NOISE_SHARE));
  }

  #meanBetween(from: number, to: number): number {
    let sum = 0;
    let end = to;
    for (let index = this.#steps.length - 1; index >= 0; index -= 1) {
      const step = this.#steps[index];
      if (!step) break;
      const start = index === 0 ? from : Math.max(step.at, from);
      if (start < end) sum += (end - start) * step.ratio;
      end = Math.min(end, step.at);
      if (end <= from) break;
    }
    return sum / (to - from);
  }
}
