import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import { parseDuration } from "./parse-duration.ts";
import { notEvaluated, type PromqlError, parseError } from "./promql-error.ts";

export type MatchOperator = "=" | "!=" | "=~" | "!~";
export type Matcher = { label: string; operator: MatchOperator; value: string; regex?: RegExp };
export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "^";
export type Aggregation = "sum" | "avg" | "max" | "min" | "count";
export type OverTime = "avg_over_time" | "max_over_time" | "min_over_time" | "sum_over_time";

export type Promql =
  | { kind: "number"; value: number }
  | { kind: "selector"; matchers: Matcher[] }
  | { kind: "range"; selector: Promql & { kind: "selector" }; rangeMs: number }
  | { kind: "negate"; operand: Promql }
  | { kind: "arithmetic"; operator: ArithmeticOperator; left: Promql; right: Promql }
  | { kind: "aggregate"; operator: Aggregation; by: string[]; without: boolean; operand: Promql }
  | { kind: "overTime"; fn: OverTime; operand: Promql & { kind: "range" } };

const ARITHMETIC = new Set(["+", "-", "*", "/", "%", "^"]);
const AGGREGATIONS = new Set(["sum", "avg", "max", "min", "count"]);
const OVER_TIME = new Set(["avg_over_time", "max_over_time", "min_over_time", "sum_over_time"]);
const TYPE_NAMES: Record<Promql["kind"], string> = {
  number: "scalar",
  selector: "instant vector",
  range: "range vector",
  negate: "instant vector",
  arithmetic: "instant vector",
  aggregate: "instant vector",
  overTime: "instant vector",
};

/** `scalar`, `instant vector` or `range vector`, as Prometheus' messages call them. */
export function typeOf(expression: Promql): string {
  if (expression.kind === "negate") return typeOf(expression.operand);
  if (expression.kind === "arithmetic") {
    const both = [typeOf(expression.left), typeOf(expression.right)];
    return both.every((type) => type === "scalar") ? "scalar" : "instant vector";
  }
  return TYPE_NAMES[expression.kind];
}

function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}

/** The text in a quoted string, with its escapes resolved. */
function unquote(text: string): string {
  if (text.startsWith("`")) return text.slice(1, -1);
  return text
    .slice(1, -1)
    .replace(/\\(u[\da-fA-F]{4}|x[\da-fA-F]{2}|.)/g, (_all, sequence: string) => {
      const simple: Record<string, string> = { n: "\n", t: "\t", r: "\r" };
      if (sequence.length > 1) return String.fromCharCode(Number.parseInt(sequence.slice(1), 16));
      return simple[sequence] ?? sequence;
    });
}

/** One query while it is turned from the grammar's tree into ours. */
class Translation {
  readonly query: string;

  constructor(query: string) {
    this.query = query;
  }

  text(node: SyntaxNode): string {
    return this.query.slice(node.from, node.to);
  }

  fail(node: SyntaxNode, message: string): PromqlError {
    return parseError(this.query, node.from, message);
  }

  expression(node: SyntaxNode): Promql {
    switch (node.name) {
      case "NumberDurationLiteral":
        return { kind: "number", value: this.number(node) };
      case "VectorSelector":
        return this.selector(node);
      case "MatrixSelector":
        return this.range(node);
      case "ParenExpr":
        return this.expression(this.only(node));
      case "UnaryExpr":
        return this.unary(node);
      case "BinaryExpr":
        return this.binary(node);
      case "AggregateExpr":
        return this.aggregate(node);
      case "FunctionCall":
        return this.call(node);
      default:
        throw notEvaluated(`${node.name} (${this.text(node)})`);
    }
  }

  only(node: SyntaxNode): SyntaxNode {
    const child = node.firstChild;
    if (!child) throw this.fail(node, "no expression found in input");
    return child;
  }

  number(node: SyntaxNode): number {
    const text = this.text(node).replaceAll("_", "").toLowerCase();
    const special = { inf: Number.POSITIVE_INFINITY, nan: Number.NaN }[text.replace(/^[+-]/, "")];
    if (special !== undefined) return text.startsWith("-") ? -special : special;
    const value = Number(text);
    if (Number.isNaN(value)) throw this.fail(node, `unexpected duration "${text}"`);
    return value;
  }

  matcher(node: SyntaxNode): Matcher {
    const [label, operator, value] = children(node);
    if (!label || !operator || !value) throw notEvaluated(`the matcher ${this.text(node)}`);
    const name = this.text(label);
    const matcher: Matcher = {
      label: /^["'`]/.test(name) ? unquote(name) : name,
      operator: this.text(operator) as MatchOperator,
      value: unquote(this.text(value)),
    };
    if (!matcher.operator.endsWith("~")) return matcher;
    try {
      return { ...matcher, regex: new RegExp(`^(?:${matcher.value})$`, "s") };
    } catch {
      throw this.fail(node, `error parsing regexp: ${matcher.value}`);
    }
  }

  selector(node: SyntaxNode): Promql & { kind: "selector" } {
    const matchers: Matcher[] = [];
    for (const child of children(node)) {
      if (child.name === "Identifier") {
        matchers.push({ label: "__name__", operator: "=", value: this.text(child) });
      } else matchers.push(...children(child).map((matcher) => this.matcher(matcher)));
    }
    if (matchers.every((matcher) => matches(matcher, ""))) {
      throw this.fail(node, "vector selector must contain at least one non-empty matcher");
    }
    return { kind: "selector", matchers };
  }

  range(node: SyntaxNode): Promql & { kind: "range" } {
    const [inner, length] = children(node);
    if (!inner || !length) throw this.fail(node, "missing unit character in duration");
    const selector = this.expression(inner);
    if (selector.kind !== "selector") {
      throw this.fail(node, "ranges only allowed for vector selectors");
    }
    const rangeMs = parseDuration(this.text(length));
    if (rangeMs === null) throw notEvaluated(`the range [${this.text(length)}]`);
    return { kind: "range", selector, rangeMs };
  }

  unary(node: SyntaxNode): Promql {
    const [operator, inner] = children(node);
    if (!operator || !inner) throw this.fail(node, "unexpected end of input");
    const operand = this.expression(inner);
    if (typeOf(operand) === "range vector") {
      throw this.fail(
        node,
        'unary expression only allowed on expressions of type scalar or instant vector, got "range vector"',
      );
    }
    return this.text(operator) === "-" ? { kind: "negate", operand } : operand;
  }

  binary(node: SyntaxNode): Promql {
    const parts = children(node);
    const [first, operator] = parts;
    const last = parts.at(-1);
    if (!first || !operator || !last) throw this.fail(node, "unexpected end of input");
    const symbol = this.text(operator);
    if (!ARITHMETIC.has(symbol)) throw notEvaluated(`the operator ${symbol}`);
    if (parts.length > 3) throw notEvaluated(`matching with ${this.text(parts[2] ?? operator)}`);
    const left = this.expression(first);
    const right = this.expression(last);
    for (const side of [left, right]) {
      if (typeOf(side) !== "range vector") continue;
      throw this.fail(node, "binary expression must contain only scalar and instant vector types");
    }
    return { kind: "arithmetic", operator: symbol as ArithmeticOperator, left, right };
  }

  aggregate(node: SyntaxNode): Promql {
    const operator = this.text(this.only(node)).toLowerCase();
    const modifier = node.getChild("AggregateModifier");
    const body = node.getChild("FunctionCallBody");
    if (!AGGREGATIONS.has(operator) || !body) throw notEvaluated(`${operator}()`);
    const operands = children(body);
    const [inner] = operands;
    if (!inner || operands.length !== 1) {
      throw this.fail(
        node,
        `wrong number of arguments for aggregate expression provided, expected 1, got ${operands.length}`,
      );
    }
    const operand = this.expression(inner);
    if (typeOf(operand) !== "instant vector") {
      const message = `expected type instant vector in aggregation expression, got ${typeOf(operand)}`;
      throw this.fail(inner, message);
    }
    const labels = modifier?.getChild("GroupingLabels");
    return {
      kind: "aggregate",
      operator: operator as Aggregation,
      by: labels ? children(labels).map((label) => this.text(label)) : [],
      without: modifier?.getChild("Without") != null,
      operand,
    };
  }

  call(node: SyntaxNode): Promql {
    const fn = this.text(this.only(node));
    const body = node.getChild("FunctionCallBody");
    const [inner] = body ? children(body) : [];
    if (!OVER_TIME.has(fn)) throw notEvaluated(`${fn}()`);
    if (!inner) {
      throw this.fail(node, `expected 1 argument(s) in call to "${fn}", got 0`);
    }
    const operand = this.expression(inner);
    if (operand.kind !== "range") {
      throw this.fail(
        inner,
        `expected type range vector in call to function "${fn}", got ${typeOf(operand)}`,
      );
    }
    return { kind: "overTime", fn: fn as OverTime, operand };
  }
}

/** Whether a label's value (empty when the label is absent) satisfies the matcher. */
export function matches({ operator, value, regex }: Matcher, actual: string): boolean {
  const equal = regex ? regex.test(actual) : actual === value;
  return operator.startsWith("!") ? !equal : equal;
}

/** A query as a tree. Throws PromqlError: 400 for what isn't PromQL, 422 for what we don't evaluate. */
export function parsePromql(query: string): Promql {
  if (query.trim() === "") throw parseError(query, 0, "no expression found in input");
  const tree = parser.parse(query);
  let broken = -1;
  tree.iterate({
    enter: (node) => {
      if (node.type.isError && broken < 0) broken = node.from;
    },
  });
  const call = /([A-Za-z_]\w*)\s*\(/.exec(query);
  if (broken >= 0) {
    if (call && !tree.topNode.getChild("FunctionCall") && !tree.topNode.getChild("AggregateExpr")) {
      throw parseError(query, call.index, `unknown function with name "${call[1]}"`);
    }
    const found = query.slice(broken, broken + 1);
    throw parseError(query, broken, found ? `unexpected "${found}"` : "unexpected end of input");
  }
  const root = tree.topNode.firstChild;
  if (!root) throw parseError(query, 0, "no expression found in input");
  return new Translation(query).expression(root);
}
