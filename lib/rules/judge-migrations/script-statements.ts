import type * as babel from "@babel/types";
import type { Callable, Expression, Statement } from "./program";
import {
  bodyStatements,
  namesIn,
  type Script,
  scriptExpression,
  spanOf,
} from "./script-expressions";

/** A program's statements in the form that all readers share. */
export function scriptStatements(body: readonly babel.Statement[]): Statement[] {
  const script: Script = {
    statements: (nodes) => nodes.flatMap((one) => statementOf(one, script)),
  };
  return script.statements(body);
}

function statementOf(node: babel.Statement, script: Script): Statement[] {
  const span = spanOf(node);
  const of = (one: babel.Node) => scriptExpression(one, script);
  const inside = (one: babel.Statement | null | undefined) => (one ? statementOf(one, script) : []);
  switch (node.type) {
    case "ExpressionStatement":
      return expressionStatement(node.expression, script);
    case "BlockStatement":
      return script.statements(node.body);
    case "VariableDeclaration":
      return node.declarations.flatMap((one) => declared(one, script));
    case "ReturnStatement":
      return [{ ...span, is: "give", value: node.argument ? of(node.argument) : null }];
    case "ThrowStatement":
      return [{ ...span, is: "give", value: null }];
    case "IfStatement":
      return [
        {
          ...span,
          is: "branch",
          test: of(node.test),
          ways: [inside(node.consequent), inside(node.alternate)],
        },
      ];
    case "SwitchStatement":
      return [
        {
          ...span,
          is: "branch",
          test: of(node.discriminant),
          ways: node.cases.map((one) =>
            script.statements(one.consequent.filter(({ type }) => type !== "BreakStatement")),
          ),
        },
      ];
    case "TryStatement": {
      const handler = node.handler ? script.statements(node.handler.body.body) : [];
      const body = script.statements(node.block.body);
      const after = node.finalizer ? script.statements(node.finalizer.body) : [];
      return [{ ...span, is: "branch", test: null, ways: [body, handler] }, ...after];
    }
    case "ForOfStatement": {
      const { left } = node;
      const target = left.type === "VariableDeclaration" ? left.declarations[0]?.id : left;
      const names = target ? namesIn(target) : [];
      return [{ ...span, is: "loop", over: of(node.right), names, body: inside(node.body) }];
    }
    case "ForStatement":
    case "ForInStatement":
    case "WhileStatement":
    case "DoWhileStatement":
    case "LabeledStatement":
      return [{ ...span, is: "loop", over: null, names: [], body: inside(node.body) }];
    case "FunctionDeclaration":
      return node.id
        ? [{ ...span, is: "define", name: node.id.name, function: functionOf(node, script) }]
        : [];
    case "ClassDeclaration":
      return [classOf(node, script)];
    case "ExportNamedDeclaration":
      return inside(node.declaration);
    case "ExportDefaultDeclaration":
      return exported(node.declaration, script);
    case "TSExportAssignment":
      return [{ ...span, is: "set", name: "default", value: of(node.expression) }];
    default:
      return [];
  }
}

function exported(
  node: babel.ExportDefaultDeclaration["declaration"],
  script: Script,
): Statement[] {
  if (node.type === "ClassDeclaration") return [classOf(node, script)];
  if (node.type === "FunctionDeclaration")
    return [
      {
        ...spanOf(node),
        is: "define",
        name: node.id?.name ?? "default",
        function: functionOf(node, script),
      },
    ];
  const value = scriptExpression(node, script);
  return [{ from: value.from, to: value.to, is: "set", name: "default", value }];
}

/** exports.up = …, module.exports = { … }, x = …, or something that is done. */
function expressionStatement(node: babel.Expression, script: Script): Statement[] {
  const span = spanOf(node);
  if (node.type !== "AssignmentExpression" || node.operator !== "=")
    return [{ ...span, is: "do", value: scriptExpression(node, script) }];
  if (node.right.type === "ClassExpression") return [classOf(node.right, script)];
  const value = scriptExpression(node.right, script);
  const target = scriptExpression(node.left, script);
  if (target.is !== "name") return [{ ...span, is: "do", value }];
  const name = target.name
    .replace(/^(module\.)?exports\./, "")
    .replace(/^module\.exports$/, "default");
  if (value.is === "function") return [{ ...span, is: "define", name, function: value }];
  return [{ ...span, is: "set", name, value }];
}

function declared(node: babel.VariableDeclarator, script: Script): Statement[] {
  if (node.init?.type === "ClassExpression") return [classOf(node.init, script)];
  const span = spanOf(node);
  const value: Expression = node.init
    ? scriptExpression(node.init, script)
    : { ...span, is: "computed", inside: [] };
  if (node.id.type !== "Identifier") return [{ ...span, is: "do", value }];
  const { name } = node.id;
  if (value.is === "function") return [{ ...span, is: "define", name, function: value }];
  return [{ ...span, is: "set", name, value }];
}

function functionOf(node: babel.FunctionDeclaration, script: Script): Callable {
  return {
    ...spanOf(node),
    is: "function",
    parameters: node.params.flatMap(namesIn),
    body: bodyStatements(node.body, script),
  };
}

/** A class with its methods, and with its fields that hold functions or values. */
function classOf(node: babel.ClassDeclaration | babel.ClassExpression, script: Script): Statement {
  const span = spanOf(node);
  const body = node.body.body.flatMap((one): Statement[] => {
    const key = "key" in one && one.key.type === "Identifier" ? one.key.name : null;
    if (key === null) return [];
    if (one.type === "ClassMethod") {
      const parameters = one.params.flatMap((each) =>
        each.type === "TSParameterProperty" ? [] : namesIn(each),
      );
      const own: Callable = {
        ...spanOf(one),
        is: "function",
        parameters,
        body: bodyStatements(one.body, script),
      };
      return [{ ...spanOf(one), is: "define", name: key, function: own }];
    }
    if (one.type !== "ClassProperty" || !one.value) return [];
    const value = scriptExpression(one.value, script);
    if (value.is === "function")
      return [{ ...spanOf(one), is: "define", name: key, function: value }];
    return [{ ...spanOf(one), is: "set", name: `this.${key}`, value }];
  });
  const bases = node.superClass ? [scriptExpression(node.superClass, script)] : [];
  return { ...span, is: "class", name: node.id?.name ?? "default", bases, body };
}
