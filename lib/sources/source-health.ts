import "server-only";
import type { SourceState } from "@/lib/contracts/source";
import { SourceError } from "@/lib/integrations/source-error";
import type { ConnectedSource, Ctx } from "@/lib/server/context";
import { isDatabaseAway } from "@/lib/server/errors";
import { saveSource } from "./store";

/** Knowledge that is fresh is written down this often, not at every event. */
const WRITE_EVERY_MS = 5_000;

/** Writes down whether one source is live or silent, sparing the database and open browsers. */
export class SourceHealth {
  readonly #ctx: Ctx;
  readonly #source: ConnectedSource;
  #isSilent: boolean | null = null;
  #problem: string | null = null;
  /** The log has its silence, and not yet its end. */
  #isLogged = false;
  #writtenAt = 0;
  #queue: Promise<void> = Promise.resolve();

  constructor(ctx: Ctx, source: ConnectedSource) {
    this.#ctx = ctx;
    this.#source = source;
  }

  /** What it tells is right as of `at`. */
  live(at: Date, rateLimit: SourceState["rateLimit"] = null): void {
    const isNews = this.#isSilent !== false;
    this.#isSilent = false;
    this.#problem = null;
    if (this.#isLogged) this.#ctx.log.info({ source: this.#source.name }, "a source answers again");
    this.#isLogged = false;
    if (!isNews && at.getTime() - this.#writtenAt < WRITE_EVERY_MS) return;
    this.#writtenAt = at.getTime();
    this.#write({ knownAt: at, silentSince: null, problem: null, rateLimit }, true);
  }

  /** It can't be asked; the first time is since when. */
  silent(problem: string): void {
    const isNews = this.#isSilent !== true;
    if (!isNews && problem === this.#problem) return;
    this.#isSilent = true;
    this.#problem = problem;
    const since = isNews ? { silentSince: this.#ctx.now() } : {};
    this.#write({ ...since, problem }, true);
  }

  /** What went wrong, as a silence with its sentence; bugs are logged and don't stop the collector. */
  failed(error: unknown): void {
    if (error instanceof SourceError) {
      // What people read is a sentence; the cause, with its codes, is for who runs the server.
      if (error.sentence !== this.#problem) {
        this.#ctx.log.warn({ err: error, source: this.#source.name }, "a source can't be asked");
        this.#isLogged = true;
      }
      this.silent(error.sentence);
      return;
    }
    this.#ctx.log.error({ err: error, source: this.#source.name }, "a collector broke");
    // The source may well answer: what is away is where its answers go.
    if (isDatabaseAway(error)) return;
    this.silent(`What ${this.#source.name} tells can't be taken in. The log says why.`);
  }

  /** Resolves when all that was reported is written. */
  async settled(): Promise<void> {
    await this.#queue;
  }

  #write(
    state: Omit<Parameters<typeof saveSource>[1], "name" | "kind" | "product">,
    tell: boolean,
  ) {
    const { name, kind, product } = this.#source;
    this.#queue = this.#queue
      .then(() => saveSource(this.#ctx.db, { name, kind, product, ...state }))
      .then(() => {
        if (tell) this.#ctx.publish("sources");
      })
      .catch((error: unknown) => {
        this.#ctx.log.error({ err: error, source: name }, "a source's state can't be written");
      });
  }
}
