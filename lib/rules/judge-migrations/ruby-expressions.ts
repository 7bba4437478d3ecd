import * as prism from "@ruby/prism";
import type { Call, Callable, Entry, Expression, Span, Statement } from "./program";

/** Where Prism's locations are in the text, and how statements inside of expressions are read. */
export type Ruby = {
  offsets: (location: { startOffset: number; length: number }) => Span;
  statements: (node: unknown) => Statement[];
};

/** A Ruby expression in the form that all readers share. */
export function rubyExpression(node: unknown, ruby: Ruby): Expression {
  const span = spanOf(node, ruby);
  const of = (one: unknown) => rubyExpression(one, ruby);
  if (node instanceof prism.CallNode) return callOf(node, span, ruby);
  if (node instanceof prism.StringNode)
    return {
      ...span,
      is: "text",
      value: node.unescaped.value,
      inner: innerOf(node.contentLoc, span, ruby),
    };
  if (node instanceof prism.SymbolNode)
    return { ...span, is: "text", value: node.unescaped.value, inner: span.from };
  if (node instanceof prism.InterpolatedStringNode || node instanceof prism.InterpolatedSymbolNode)
    return joined(node.parts.map(of), span);
  if (node instanceof prism.EmbeddedStatementsNode) {
    const [one, ...others] = node.statements?.body ?? [];
    return one && others.length === 0 ? of(one) : { ...span, is: "computed", inside: [] };
  }
  if (node instanceof prism.IntegerNode || node instanceof prism.FloatNode)
    return { ...span, is: "number", value: Number(node.value) };
  if (node instanceof prism.TrueNode) return { ...span, is: "truth", value: true };
  if (node instanceof prism.FalseNode) return { ...span, is: "truth", value: false };
  if (node instanceof prism.NilNode) return { ...span, is: "nothing" };
  if (node instanceof prism.SelfNode) return { ...span, is: "name", name: "self" };
  if (node instanceof prism.ArrayNode) return { ...span, is: "list", items: node.elements.map(of) };
  if (node instanceof prism.HashNode || node instanceof prism.KeywordHashNode) {
    const entries = node.elements.flatMap((one) => entryOf(one, ruby));
    return { ...span, is: "map", entries, isOpen: entries.length < node.elements.length };
  }
  if (
    node instanceof prism.LocalVariableReadNode ||
    node instanceof prism.ConstantReadNode ||
    node instanceof prism.InstanceVariableReadNode
  )
    return { ...span, is: "name", name: node.name };
  if (node instanceof prism.ConstantPathNode) {
    const parent = node.parent ? of(node.parent) : null;
    const name = node.name ?? "";
    return { ...span, is: "name", name: parent?.is === "name" ? `${parent.name}.${name}` : name };
  }
  if (node instanceof prism.ItLocalVariableReadNode) return { ...span, is: "name", name: "it" };
  if (node instanceof prism.LambdaNode) return callable(node, span, ruby);
  if (node instanceof prism.ParenthesesNode) return lastOf(node.body, span, ruby);
  return { ...span, is: "computed", inside: insideOf(node, ruby) };
}

function callOf(node: prism.CallNode, span: Span, ruby: Ruby): Expression {
  const args: Expression[] = [];
  const named: Entry[] = [];
  let isOpen = false;
  for (const one of node.arguments_?.arguments_ ?? []) {
    if (one instanceof prism.SplatNode) isOpen = true;
    else if (one instanceof prism.KeywordHashNode) {
      const map = rubyExpression(one, ruby);
      if (map.is === "map") {
        named.push(...map.entries);
        isOpen ||= map.isOpen;
      }
    } else args.push(rubyExpression(one, ruby));
  }
  const on = node.receiver ? rubyExpression(node.receiver, ruby) : null;
  if (on && node.name === "+" && args[0]) return joined([on, args[0]], span);
  if (on && ["!", "&", "==", "!=", "<", ">", "[]"].includes(node.name))
    return { ...span, is: "computed", inside: [on, ...args] };
  const block =
    node.block instanceof prism.BlockNode
      ? callable(node.block, spanOf(node.block, ruby), ruby)
      : null;
  return { ...span, is: "call", on, name: node.name, args, named, isOpen, block } satisfies Call;
}

function callable(node: prism.BlockNode | prism.LambdaNode, span: Span, ruby: Ruby): Callable {
  const named = parametersOf(node.parameters);
  const parameters =
    node.parameters instanceof prism.NumberedParametersNode
      ? ["_1", "_2"].slice(0, node.parameters.maximum)
      : node.parameters instanceof prism.ItParametersNode
        ? ["it"]
        : named;
  return { ...span, is: "function", parameters, body: ruby.statements(node.body) };
}

function entryOf(node: unknown, ruby: Ruby): Entry[] {
  if (!(node instanceof prism.AssocNode)) return [];
  const key = rubyExpression(node.key, ruby);
  const value =
    node.value instanceof prism.ImplicitNode
      ? rubyExpression(node.value.value, ruby)
      : rubyExpression(node.value, ruby);
  return [{ key: key.is === "text" ? key.value : null, value }];
}

/** Texts beside one another are one text; with anything else among them they are pieces. */
function joined(parts: Expression[], span: Span): Expression {
  const flat = parts.flatMap((part) => (part.is === "pieces" ? part.parts : [part]));
  const texts = flat.flatMap((part) => (part.is === "text" ? [part] : []));
  if (texts.length < flat.length) return { ...span, is: "pieces", parts: flat };
  const value = texts.map((text) => text.value).join("");
  return { ...span, is: "text", value, inner: texts[0]?.inner ?? span.from };
}

function lastOf(body: unknown, span: Span, ruby: Ruby): Expression {
  const nodes = body instanceof prism.StatementsNode ? body.body : body ? [body] : [];
  const [one, ...others] = nodes;
  if (one && others.length === 0) return rubyExpression(one, ruby);
  return { ...span, is: "computed", inside: nodes.map((each) => rubyExpression(each, ruby)) };
}

/** The calls in something that isn't followed, as expressions. */
function insideOf(node: unknown, ruby: Ruby): Expression[] {
  if (!hasChildren(node)) return [];
  const parts = node.compactChildNodes().flatMap((child): Expression[] => {
    if (child instanceof prism.StatementsNode) return ruby.statements(child).flatMap(expressionsOf);
    return [rubyExpression(child, ruby)];
  });
  return parts.filter(
    ({ is }) => is === "call" || is === "computed" || is === "pieces" || is === "list",
  );
}

function expressionsOf(statement: Statement): Expression[] {
  switch (statement.is) {
    case "do":
    case "set":
      return [statement.value];
    case "give":
      return statement.value ? [statement.value] : [];
    case "branch":
      return statement.ways.flat().flatMap(expressionsOf);
    case "loop":
      return statement.body.flatMap(expressionsOf);
    case "define":
    case "class":
      return [];
    default:
      return statement satisfies never;
  }
}

const hasChildren = (node: unknown): node is { compactChildNodes: () => unknown[] } =>
  typeof node === "object" && node !== null && "compactChildNodes" in node;

const innerOf = (
  location: { startOffset: number; length: number } | null,
  span: Span,
  ruby: Ruby,
): number => (location ? ruby.offsets(location).from : span.from);

function spanOf(node: unknown, ruby: Ruby): Span {
  if (typeof node === "object" && node !== null && "location" in node) {
    const { location } = node;
    if (
      typeof location === "object" &&
      location !== null &&
      "startOffset" in location &&
      "length" in location
    )
      return ruby.offsets({
        startOffset: Number(location.startOffset),
        length: Number(location.length),
      });
  }
  return { from: 0, to: 0 };
}

/** Names of a method's or a block's parameters; a parameter that is taken apart gives its parts' names. */
export function parametersOf(node: unknown): string[] {
  if (node instanceof prism.BlockParametersNode) return parametersOf(node.parameters);
  if (!(node instanceof prism.ParametersNode)) return [];
  return [...node.requireds, ...node.optionals, ...node.keywords].flatMap((one) => {
    if (one instanceof prism.MultiTargetNode)
      return one.lefts.map((left) =>
        left instanceof prism.RequiredParameterNode ? left.name : "",
      );
    return "name" in one && typeof one.name === "string" ? [one.name] : [""];
  });
}
