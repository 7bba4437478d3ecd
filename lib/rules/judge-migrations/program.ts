/** Where something stands in the program's text, in UTF-16 units. */
export type Span = { from: number; to: number };

/** A named argument, or an entry of a hash, a dictionary or an object. A null key is a computed one. */
export type Entry = { key: string | null; value: Expression };

export type Call = Span & {
  is: "call";
  /** What it is called on; null for a plain function. */
  on: Expression | null;
  name: string;
  args: Expression[];
  named: Entry[];
  /** Some arguments are spread from something computed. */
  isOpen: boolean;
  /** Ruby's block. */
  block: Callable | null;
};

export type Callable = Span & { is: "function"; parameters: string[]; body: Statement[] };

/**
 * An expression in the form in which Ruby, Python and JavaScript are alike: what migrations are written
 * with, and "computed" for everything else. Symbols are texts; `await` and `new` are left out.
 */
export type Expression =
  /** `inner` is where its first character stands, after the opening quote. */
  | (Span & { is: "text"; value: string; inner: number })
  | (Span & { is: "number"; value: number })
  | (Span & { is: "truth"; value: boolean })
  | (Span & { is: "nothing" })
  | (Span & { is: "list"; items: Expression[] })
  | (Span & { is: "map"; entries: Entry[]; isOpen: boolean })
  /** "orders", "self", "models.CharField", "ActiveRecord.Base". */
  | (Span & { is: "name"; name: string })
  /** Concatenated or interpolated text. */
  | (Span & { is: "pieces"; parts: Expression[] })
  /** `inside`: its parts, for the calls that are made in them. */
  | (Span & { is: "computed"; inside: Expression[] })
  | Callable
  | Call;

export type Statement =
  | (Span & { is: "do"; value: Expression })
  | (Span & { is: "set"; name: string; value: Expression })
  | (Span & { is: "give"; value: Expression | null })
  /** `test` is null for what always runs at least in part, such as `try`. */
  | (Span & { is: "branch"; test: Expression | null; ways: Statement[][] })
  | (Span & { is: "loop"; over: Expression | null; names: string[]; body: Statement[] })
  | (Span & { is: "define"; name: string; function: Callable })
  | (Span & { is: "class"; name: string; bases: Expression[]; body: Statement[] });

export type Program = {
  path: string;
  text: string;
  statements: Statement[];
  /** What the parser couldn't read; the rest is here all the same. */
  faults: { line: number; why: string }[];
};

/** 1-based line of a position, by counting; `starts` as `lineStarts` gives them. */
export function lineAt(starts: readonly number[], position: number): number {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= position) low = middle;
    else high = middle;
  }
  return low + 1;
}

/** Where each line begins. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
