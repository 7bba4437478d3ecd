/** A refusal in Prometheus' words: 400 `bad_data` for bad requests, 422 `execution` for the rest. */
export class PromqlError extends Error {
  readonly errorType: "bad_data" | "execution";

  constructor(errorType: "bad_data" | "execution", message: string) {
    super(message);
    this.errorType = errorType;
  }
}

/** Where in the query something is wrong, as `line:column: parse error: …`. */
export function parseError(query: string, position: number, message: string): PromqlError {
  const before = query.slice(0, position).split("\n");
  const column = (before.at(-1)?.length ?? 0) + 1;
  return new PromqlError("bad_data", `${before.length}:${column}: parse error: ${message}`);
}

/** Valid PromQL that this small Prometheus does not evaluate, said so rather than guessed at. */
export function notEvaluated(what: string): PromqlError {
  return new PromqlError("execution", `this sandbox does not evaluate ${what}`);
}
