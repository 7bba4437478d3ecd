export type SourceErrorCode =
  | "unreachable"
  | "timeout"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "invalid"
  | "rate-limited"
  | "failed";

/**
 * What every adapter throws when its system can't or won't answer. The sentence is for the user and
 * says what to do; `cause` is for the log. `mayHaveActed` is true when a mutation was sent and its
 * answer never came: then the outcome is unknown and must be read back, never sent again.
 */
export class SourceError extends Error {
  /** The server is bundled in several parts, each with its own copy of this class: all are one. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "SourceError";
  }

  readonly code: SourceErrorCode;
  readonly sentence: string;
  readonly mayHaveActed: boolean;
  /** When asking again makes sense, for `rate-limited`. */
  readonly retryAt: Date | null;

  constructor(
    code: SourceErrorCode,
    sentence: string,
    options: { cause?: unknown; mayHaveActed?: boolean; retryAt?: Date | null } = {},
  ) {
    super(sentence, { cause: options.cause });
    this.name = "SourceError";
    this.code = code;
    this.sentence = sentence;
    this.mayHaveActed = options.mayHaveActed ?? false;
    this.retryAt = options.retryAt ?? null;
  }
}
