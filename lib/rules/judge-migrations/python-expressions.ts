import type { parser } from "@lezer/python";
import type { Callable, Entry, Expression, Span } from "./program";
import { pythonString } from "./python-strings";

export type PythonNode = ReturnType<typeof parser.parse>["topNode"];

export function childrenOf(node: PythonNode | null): PythonNode[] {
  const children: PythonNode[] = [];
  for (let child = node?.firstChild ?? null; child; child = child.nextSibling)
    if (child.name !== "Comment" && !child.type.isError) children.push(child);
  return children;
}

/** A Python expression in the form that all readers share. */
export function pythonExpression(node: PythonNode, text: string): Expression {
  const span = { from: node.from, to: node.to };
  const children = childrenOf(node);
  const source = text.slice(node.from, node.to);
  const of = (one: PythonNode) => pythonExpression(one, text);
  switch (node.name) {
    case "String":
      return { ...span, is: "text", ...pythonString(source, node.from) };
    case "FormatString":
      return formatted(node, text);
    case "ContinuedString":
      return joined(children.map(of), span);
    case "Number":
      return { ...span, is: "number", value: Number(source.replaceAll("_", "")) };
    case "Boolean":
      return { ...span, is: "truth", value: source === "True" };
    case "None":
      return { ...span, is: "nothing" };
    case "VariableName":
      return { ...span, is: "name", name: source };
    case "MemberExpression":
      return memberOf(node, text);
    case "CallExpression":
      return callOf(node, text);
    case "ArrayExpression":
    case "TupleExpression":
    case "SetExpression":
      return { ...span, is: "list", items: children.filter(isOperand).map(of) };
    case "DictionaryExpression":
      return dictionary(node, text);
    case "ParenthesizedExpression": {
      const inner = children.filter(isOperand);
      return inner[0] && inner.length === 1
        ? of(inner[0])
        : { ...span, is: "computed", inside: inner.map(of) };
    }
    case "AwaitExpression": {
      const inner = children.at(-1);
      return inner ? of(inner) : { ...span, is: "computed", inside: [] };
    }
    case "BinaryExpression":
      return binary(children, span, text);
    case "LambdaExpression":
      return lambda(node, text);
    default:
      return { ...span, is: "computed", inside: children.filter(isOperand).map(of) };
  }
}

const isOperand = ({ name }: PythonNode) =>
  /^[A-Z]/.test(name) && !/^(ArithOp|CompareOp|BitOp|LogicOp|AssignOp)$/.test(name);

export function namesOf(node: PythonNode, text: string): string[] {
  if (node.name === "VariableName") return [text.slice(node.from, node.to)];
  return /^(Tuple|Array|Parenthesized)Expression$/.test(node.name)
    ? childrenOf(node).flatMap((child) => namesOf(child, text))
    : [];
}

/** models.CharField is one name; a member of anything else is a call without arguments. */
function memberOf(node: PythonNode, text: string): Expression {
  const span = { from: node.from, to: node.to };
  const children = childrenOf(node);
  const [first] = children;
  const property = node.getChild("PropertyName");
  const on: Expression = first ? pythonExpression(first, text) : { ...span, is: "nothing" };
  if (!property) {
    const inside = children.filter(isOperand).map((one) => pythonExpression(one, text));
    return { ...span, is: "computed", inside };
  }
  const name = text.slice(property.from, property.to);
  if (on.is === "name") return { ...span, is: "name", name: `${on.name}.${name}` };
  return { ...span, is: "call", on, name, args: [], named: [], isOpen: false, block: null };
}

function callOf(node: PythonNode, text: string): Expression {
  const span = { from: node.from, to: node.to };
  const [callee] = childrenOf(node);
  const { args, named, isOpen } = argumentsOf(node.getChild("ArgList"), text);
  const rest = { args, named, isOpen, block: null };
  if (callee?.name === "MemberExpression") {
    const [object] = childrenOf(callee);
    const property = callee.getChild("PropertyName");
    if (object && property) {
      const on = pythonExpression(object, text);
      return { ...span, is: "call", on, name: text.slice(property.from, property.to), ...rest };
    }
  }
  const on = callee ? pythonExpression(callee, text) : null;
  if (on?.is === "name") return { ...span, is: "call", on: null, name: on.name, ...rest };
  return { ...span, is: "call", on, name: "", ...rest };
}

function argumentsOf(list: PythonNode | null, text: string) {
  const args: Expression[] = [];
  const named: Entry[] = [];
  let isOpen = false;
  const children = childrenOf(list);
  for (let at = 0; at < children.length; at++) {
    const child = children[at];
    if (!child || /^[(),]$/.test(child.name)) continue;
    if (child.name === "*" || child.name === "**") {
      isOpen = true;
      at++;
    } else if (children[at + 1]?.name === "AssignOp") {
      const value = children[at + 2];
      if (value)
        named.push({ key: text.slice(child.from, child.to), value: pythonExpression(value, text) });
      at += 2;
    } else args.push(pythonExpression(child, text));
  }
  return { args, named, isOpen };
}

function dictionary(node: PythonNode, text: string): Expression {
  const entries: Entry[] = [];
  let isOpen = false;
  const children = childrenOf(node).filter(({ name }) => !/^[{},]$/.test(name));
  for (let at = 0; at < children.length; at++) {
    const child = children[at];
    if (!child || child.name === ":") continue;
    if (child.name === "**") {
      isOpen = true;
      at++;
      continue;
    }
    const value = children[at + 2];
    if (children[at + 1]?.name !== ":" || !value) continue;
    const key = pythonExpression(child, text);
    entries.push({
      key: key.is === "text" ? key.value : null,
      value: pythonExpression(value, text),
    });
    at += 2;
  }
  return { from: node.from, to: node.to, is: "map", entries, isOpen };
}

function binary(children: PythonNode[], span: Span, text: string): Expression {
  const [left, operator, right] = children;
  if (
    left &&
    right &&
    operator?.name === "ArithOp" &&
    text.slice(operator.from, operator.to) === "+"
  ) {
    const [a, b] = [pythonExpression(left, text), pythonExpression(right, text)];
    if (a.is === "list" && b.is === "list")
      return { ...span, is: "list", items: [...a.items, ...b.items] };
    return joined([a, b], span);
  }
  return {
    ...span,
    is: "computed",
    inside: children.filter(isOperand).map((one) => pythonExpression(one, text)),
  };
}

function lambda(node: PythonNode, text: string): Callable {
  const span = { from: node.from, to: node.to };
  const body = childrenOf(node).at(-1);
  const parameters = childrenOf(node.getChild("ParamList")).flatMap((one) => namesOf(one, text));
  const value: Expression = body ? pythonExpression(body, text) : { ...span, is: "nothing" };
  return { ...span, is: "function", parameters, body: [{ ...span, is: "do", value }] };
}

/** f"… {name} …": the text between its replacements, and what they stand for. */
function formatted(node: PythonNode, text: string): Expression {
  const span = { from: node.from, to: node.to };
  const whole = pythonString(text.slice(node.from, node.to), node.from);
  const parts: Expression[] = [];
  let at = whole.inner;
  const plain = (to: number) => {
    const value = text.slice(at, to).replaceAll("{{", "{").replaceAll("}}", "}");
    if (to > at) parts.push({ from: at, to, is: "text", value, inner: at });
  };
  for (const child of childrenOf(node)) {
    if (child.name !== "FormatReplacement") continue;
    plain(child.from);
    const inner = childrenOf(child).filter(isOperand);
    const [one] = inner;
    parts.push(
      one && inner.length === 1
        ? pythonExpression(one, text)
        : { from: child.from, to: child.to, is: "computed", inside: [] },
    );
    at = child.to;
  }
  plain(whole.end);
  return joined(parts, span);
}

/** Texts beside one another are one text; with anything else among them they are pieces. */
function joined(parts: Expression[], span: Span): Expression {
  const flat = parts.flatMap((part) => (part.is === "pieces" ? part.parts : [part]));
  const texts = flat.flatMap((part) => (part.is === "text" ? [part] : []));
  if (texts.length < flat.length) return { ...span, is: "pieces", parts: flat };
  const value = texts.map((one) => one.value).join("");
  return { ...span, is: "text", value, inner: texts[0]?.inner ?? span.from };
}
