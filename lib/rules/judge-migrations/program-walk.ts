import type { Call, Callable, Expression, Span, Statement } from "./program";
import { emitDynamic, type Run } from "./program-run";
import { dottedName, newScope, resolve, textOf } from "./program-values";

const MOST_TURNS = 200;
const MOST_FOUND = 20_000;
const DEEPEST = 6;

/**
 * Goes through statements in the order in which they run and lets the tool's reader say what each call
 * does. Functions of the same file are followed, loops over written lists are gone through item by item;
 * what stands in other loops and under conditions is reported, and that it may not happen as written.
 *
 * @returns Whether the end is reached in every case: false after a `return` that depends on something.
 */
export function walk(statements: readonly Statement[], run: Run): boolean {
  let isSure = true;
  for (const statement of statements) {
    if (run.found.length > MOST_FOUND) break;
    if (!isSure) {
      unsure(run, statement, "it runs only when nothing before it returned", (inner) =>
        walk(statements.slice(statements.indexOf(statement)), inner),
      );
      return false;
    }
    if (statement.is === "give") {
      if (statement.value) walkExpression(statement.value, run);
      return true;
    }
    isSure = walkStatement(statement, run);
  }
  return isSure;
}

function walkStatement(statement: Exclude<Statement, { is: "give" }>, run: Run): boolean {
  switch (statement.is) {
    case "do":
      walkExpression(statement.value, run);
      return true;
    case "set":
      walkExpression(statement.value, run);
      assign(run, statement.name, statement.value);
      return true;
    case "branch":
      return walkBranch(statement, run);
    case "loop":
      walkLoop(statement, statement.over, statement.names, statement.body, run);
      return true;
    case "define":
    case "class":
      return true;
    default:
      return statement satisfies never;
  }
}

function walkBranch(statement: Extract<Statement, { is: "branch" }>, run: Run): boolean {
  const { test, ways } = statement;
  const returns = ways.some((way) => way.some(({ is }) => is === "give"));
  if (test === null) {
    // A `try`: its body runs, its handlers may.
    const [body = [], ...others] = ways;
    const isSure = walk(body, run);
    for (const way of others)
      unsure(run, statement, "it runs only after an error", (r) => walk(way, r));
    return isSure;
  }
  if (run.isGuard(test, run)) {
    for (const way of ways) walk(way, { ...run, isGuarded: true });
    return true;
  }
  for (const way of ways)
    unsure(run, statement, "it depends on a condition", (inner) => walk(way, inner));
  return !returns;
}

/** Walks something that may not happen as written: if it finds anything that matters, that is said too. */
function unsure(run: Run, span: Span, why: string, inside: (inner: Run) => void): void {
  const inner = { ...run, found: [], scope: newScope(run.scope), isGuarded: true };
  inside(inner);
  for (const name of inner.scope.values.keys()) run.scope.values.set(name, null);
  const isSaid = inner.found.some(({ does }) => does === "dynamic" || does === "unreadable");
  if (!isSaid && inner.found.some(matters)) emitDynamic(run, span, why);
  run.found.push(...inner.found);
}

function matters(found: Run["found"][number]): boolean {
  if (found.does === "add-index") return found.isUnique;
  return found.does !== "nothing" && found.does !== "drop-index" && found.does !== "dynamic";
}

function walkLoop(
  span: Span,
  over: Expression | null,
  names: readonly string[],
  body: readonly Statement[],
  run: Run,
): void {
  const items = over === null ? null : itemsOf(resolve(over, run.scope));
  if (items === null || items.length > MOST_TURNS) {
    if (over) walkExpression(over, run);
    unsure(run, span, "it is done in a loop over something computed", (inner) => {
      for (const name of names) inner.scope.values.set(name, null);
      walk(body, inner);
    });
    return;
  }
  for (const item of items) {
    const inner = { ...run, scope: newScope(run.scope) };
    bind(inner, names, item);
    walk(body, inner);
  }
}

function itemsOf(over: Expression): Expression[] | null {
  if (over.is === "list") return over.items;
  if (over.is === "map" && !over.isOpen)
    return over.entries.map(({ key, value }) => ({
      ...value,
      is: "list",
      items: [
        key === null ? value : { ...value, is: "text", value: key, inner: value.from },
        value,
      ],
    }));
  // Python's dict.items(), JavaScript's Object.entries(…), Ruby's each_with_index and the like.
  if (over.is === "call" && over.on && ["items", "each", "freeze", "to_a"].includes(over.name))
    return itemsOf(over.on);
  if (over.is === "call" && over.name === "entries" && over.args[0]) return itemsOf(over.args[0]);
  return null;
}

function bind(run: Run, names: readonly string[], item: Expression): void {
  const value = resolve(item, run.scope);
  const [first, ...others] = names;
  if (first !== undefined && (others.length === 0 || value.is !== "list")) {
    run.scope.values.set(first, value);
    for (const name of others) run.scope.values.set(name, null);
  } else
    names.forEach((name, at) => {
      run.scope.values.set(name, value.is === "list" ? (value.items[at] ?? null) : null);
    });
}

function assign(run: Run, name: string, value: Expression): void {
  run.scope.values.set(name, resolve(value, run.scope));
}

/** Goes through the calls of an expression. */
export function walkExpression(expression: Expression, run: Run): void {
  switch (expression.is) {
    case "call":
      walkCall(expression, run);
      return;
    case "list":
      for (const item of expression.items) walkExpression(item, run);
      return;
    case "map":
      for (const { value } of expression.entries) walkExpression(value, run);
      return;
    case "pieces":
      for (const part of expression.parts) walkExpression(part, run);
      return;
    case "computed":
      unsure(run, expression, "it depends on a condition", (inner) => {
        for (const part of expression.inside) walkExpression(part, inner);
      });
      return;
    default:
      return;
  }
}

const EACH = new Set([
  "each",
  "forEach",
  "map",
  "each_with_index",
  "flat_map",
  "flatMap",
  "each_pair",
]);
const AFTER = new Set(["then", "finally", "tap"]);

function walkCall(call: Call, run: Run): void {
  const reading = run.interpret(call, run);
  if (reading === "read") return;
  const callbacks = [...call.args, ...(call.block ? [call.block] : [])].filter(
    (one): one is Callable => one.is === "function",
  );
  const [callback] = callbacks;
  if (callback && call.on && EACH.has(call.name)) {
    walkLoop(call, call.on, callback.parameters, callback.body, run);
    return;
  }
  const isOwn =
    call.on === null || (call.on.is === "name" && /^(self|this|cls)$/.test(call.on.name));
  const own = isOwn ? run.functions.get(call.name) : undefined;
  if (own && follow(own, call, run)) return;
  if (call.on) walkExpression(call.on, run);
  for (const arg of call.args) walkExpression(arg, run);
  for (const { value } of call.named) walkExpression(value, run);
  if (reading === "wrapper" || AFTER.has(call.name)) {
    for (const one of callbacks) walkCallback(one, run);
    return;
  }
  if (reading === "harmless") return;
  if (callback)
    unsure(run, call, `it is done inside of a call to ${call.name}`, (inner) => {
      for (const one of callbacks) walkCallback(one, inner);
    });
  if (!isPlain(call, run))
    emitDynamic(run, call, `it calls ${nameOf(call)}, which isn't in the file`);
}

const PLAIN = new Set(
  "toLowerCase toUpperCase toString toISOString toFixed lower upper title capitalize downcase upcase strip lstrip rstrip split rsplit splitlines slice substring substr substitute gsub sub replace replaceAll padStart concat push append extend unshift pop shift insert includes include? startsWith endsWith startswith endswith start_with? end_with? keys values entries items filter select reject sort sorted sort_by reverse uniq compact flatten first last length size count index indexOf indexBy get setdefault parseInt parseFloat Number String Boolean Date now isArray stringify parse fromEntries assign from to_a to_h to_i to_f zip range len list dict set tuple str int float bool sorted enumerate isinstance hasattr getattr print format round min max sum any all any? all? none? empty? present? blank? nil? dig fetch freeze dup merge Set Map Array Object Error test match matches exec hash digest hexdigest uuid4 loads dumps datetime timedelta timezone utcnow today".split(
    " ",
  ),
);

/** Methods of texts, numbers and lists, and what gives back a value that was written down. */
function isPlain(call: Call, run: Run): boolean {
  return PLAIN.has(call.name) || textOf(call, run.scope) !== null || itemsOf(call) !== null;
}

const nameOf = (call: Call) => dottedName(call) ?? call.name;

/** Walks a callback whose parameters stand for nothing known. */
export function walkCallback(callback: Callable, run: Run): void {
  const inner = { ...run, scope: newScope(run.scope) };
  for (const name of callback.parameters) inner.scope.values.set(name, null);
  walk(callback.body, inner);
}

function follow(own: Callable, call: Call, run: Run): boolean {
  if (run.following.includes(own) || run.following.length >= DEEPEST) return false;
  const inner = { ...run, scope: newScope(run.scope), following: [...run.following, own] };
  own.parameters.forEach((name, at) => {
    const named = call.named.find(({ key }) => key === name)?.value;
    const value = named ?? call.args[at];
    inner.scope.values.set(name, value && !call.isOpen ? resolve(value, run.scope) : null);
  });
  walk(own.body, inner);
  return true;
}
