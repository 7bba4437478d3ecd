import type * as babel from "@babel/types";
import type { Callable, Entry, Expression, Span, Statement } from "./program";

/** How statements inside of expressions are read. */
export type Script = { statements: (nodes: readonly babel.Statement[]) => Statement[] };

export const spanOf = (node: { start?: number | null; end?: number | null }): Span => ({
  from: node.start ?? 0,
  to: node.end ?? 0,
});

/** A JavaScript or TypeScript expression in the form that all readers share. */
export function scriptExpression(node: babel.Node, script: Script): Expression {
  const span = spanOf(node);
  const of = (one: babel.Node) => scriptExpression(one, script);
  switch (node.type) {
    case "StringLiteral":
      return { ...span, is: "text", value: node.value, inner: span.from + 1 };
    case "TemplateLiteral":
      return template(node, script);
    case "TaggedTemplateExpression": {
      const text = template(node.quasi, script);
      return called(node, of(node.tag), [text], false);
    }
    case "NumericLiteral":
      return { ...span, is: "number", value: node.value };
    case "BooleanLiteral":
      return { ...span, is: "truth", value: node.value };
    case "NullLiteral":
      return { ...span, is: "nothing" };
    case "Identifier":
      return node.name === "undefined"
        ? { ...span, is: "nothing" }
        : { ...span, is: "name", name: node.name };
    case "ThisExpression":
      return { ...span, is: "name", name: "this" };
    case "ArrayExpression":
      return listOf(node, span, script);
    case "ObjectExpression":
      return mapOf(node, span, script);
    case "MemberExpression":
    case "OptionalMemberExpression":
      return memberOf(node, span, script);
    case "CallExpression":
    case "OptionalCallExpression":
    case "NewExpression":
      return callOf(node, script);
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "ObjectMethod":
      return callableOf(node, span, script);
    case "BinaryExpression":
      if (node.operator === "+") return joined([of(node.left), of(node.right)], span);
      return { ...span, is: "computed", inside: [of(node.left), of(node.right)] };
    case "AwaitExpression":
    case "UnaryExpression":
    case "SpreadElement":
      if (node.type === "AwaitExpression") return of(node.argument);
      return { ...span, is: "computed", inside: [of(node.argument)] };
    case "TSAsExpression":
    case "TSNonNullExpression":
    case "TSSatisfiesExpression":
    case "TSTypeAssertion":
    case "TypeCastExpression":
    case "ParenthesizedExpression":
      return of(node.expression);
    case "LogicalExpression":
      return { ...span, is: "computed", inside: [of(node.left), of(node.right)] };
    case "ConditionalExpression":
      return {
        ...span,
        is: "computed",
        inside: [of(node.test), of(node.consequent), of(node.alternate)],
      };
    case "SequenceExpression":
      return { ...span, is: "list", items: node.expressions.map(of) };
    case "AssignmentExpression":
      return of(node.right);
    default:
      return { ...span, is: "computed", inside: [] };
  }
}

function template(node: babel.TemplateLiteral, script: Script): Expression {
  const parts = node.quasis.flatMap((quasi, at): Expression[] => {
    const span = spanOf(quasi);
    const value = quasi.value.cooked ?? quasi.value.raw;
    const text: Expression = { ...span, is: "text", value, inner: span.from };
    const next = node.expressions[at];
    return next ? [text, scriptExpression(next, script)] : [text];
  });
  return joined(parts, spanOf(node));
}

function listOf(node: babel.ArrayExpression, span: Span, script: Script): Expression {
  const items = node.elements.flatMap((one) => (one ? [scriptExpression(one, script)] : []));
  return { ...span, is: "list", items };
}

function mapOf(node: babel.ObjectExpression, span: Span, script: Script): Expression {
  const entries = node.properties.flatMap((one): Entry[] => {
    if (one.type === "SpreadElement") return [];
    const key = one.computed ? null : keyOf(one.key);
    if (one.type === "ObjectMethod") return [{ key, value: scriptExpression(one, script) }];
    return [{ key, value: scriptExpression(one.value, script) }];
  });
  return { ...span, is: "map", entries, isOpen: entries.length < node.properties.length };
}

function keyOf(node: babel.Node): string | null {
  if (node.type === "Identifier") return node.name;
  return node.type === "StringLiteral" ? node.value : null;
}

/** knex.schema and Sequelize.STRING are names; a member of anything else is a call without arguments. */
function memberOf(
  node: babel.MemberExpression | babel.OptionalMemberExpression,
  span: Span,
  script: Script,
): Expression {
  const on = scriptExpression(node.object, script);
  const name = node.computed ? null : keyOf(node.property);
  if (name === null) return { ...span, is: "computed", inside: [on] };
  if (on.is === "name") return { ...span, is: "name", name: `${on.name}.${name}` };
  return { ...span, is: "call", on, name, args: [], named: [], isOpen: false, block: null };
}

function callOf(
  node: babel.CallExpression | babel.OptionalCallExpression | babel.NewExpression,
  script: Script,
): Expression {
  const args = node.arguments.flatMap((one) =>
    one.type === "SpreadElement" || one.type === "ArgumentPlaceholder"
      ? []
      : [scriptExpression(one, script)],
  );
  const callee = scriptExpression(node.callee, script);
  return called(node, callee, args, args.length < node.arguments.length);
}

function called(
  node: babel.Node,
  callee: Expression,
  args: Expression[],
  isOpen: boolean,
): Expression {
  const rest = { ...spanOf(node), is: "call" as const, args, named: [], isOpen, block: null };
  if (callee.is === "name") {
    const dot = callee.name.lastIndexOf(".");
    if (dot < 0) return { ...rest, on: null, name: callee.name };
    const on: Expression = { ...callee, name: callee.name.slice(0, dot) };
    return { ...rest, on, name: callee.name.slice(dot + 1) };
  }
  // What was taken for a call without arguments is the function that is called.
  if (callee.is === "call" && callee.args.length === 0)
    return { ...rest, on: callee.on, name: callee.name };
  return { ...rest, on: callee, name: "" };
}

function callableOf(
  node: babel.ArrowFunctionExpression | babel.FunctionExpression | babel.ObjectMethod,
  span: Span,
  script: Script,
): Callable {
  const parameters = node.params.flatMap(namesIn);
  return { ...span, is: "function", parameters, body: bodyStatements(node.body, script) };
}

/** A function's body; an arrow's expression is what it gives back. */
export function bodyStatements(body: babel.Node, script: Script): Statement[] {
  if (body.type === "BlockStatement") return script.statements(body.body);
  return [{ ...spanOf(body), is: "give", value: scriptExpression(body, script) }];
}

/** Names of a parameter or a variable; one that is taken apart gives its parts' names. */
export function namesIn(node: babel.Node): string[] {
  switch (node.type) {
    case "Identifier":
      return [node.name];
    case "AssignmentPattern":
      return namesIn(node.left);
    case "RestElement":
      return namesIn(node.argument);
    case "ArrayPattern":
      return node.elements.flatMap((one) => (one ? namesIn(one) : [""]));
    case "ObjectPattern":
      // Each is a property of one argument: together they take one place.
      return [
        node.properties
          .map((one) => (one.type === "ObjectProperty" ? keyOf(one.key) : ""))
          .join(" "),
      ];
    default:
      return [""];
  }
}

/** Texts beside one another are one text; with anything else among them they are pieces. */
function joined(parts: Expression[], span: Span): Expression {
  const flat = parts.flatMap((part) => (part.is === "pieces" ? part.parts : [part]));
  const texts = flat.flatMap((part) => (part.is === "text" ? [part] : []));
  if (texts.length < flat.length) return { ...span, is: "pieces", parts: flat };
  const value = texts.map((one) => one.value).join("");
  return { ...span, is: "text", value, inner: texts[0]?.inner ?? span.from };
}
