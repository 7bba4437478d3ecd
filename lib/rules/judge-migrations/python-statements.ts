import type { parser } from "@lezer/python";
import type { Callable, Expression, Span, Statement } from "./program";
import { childrenOf, namesOf, type PythonNode, pythonExpression } from "./python-expressions";

/** Statements of a program or a body, in the form that all readers share. */
export function pythonStatements(
  node: ReturnType<typeof parser.parse>["topNode"],
  text: string,
): Statement[] {
  return childrenOf(node).flatMap((child) => statementOf(child, text));
}

function statementOf(node: PythonNode, text: string): Statement[] {
  const span = { from: node.from, to: node.to };
  const children = childrenOf(node);
  const of = (one: PythonNode) => pythonExpression(one, text);
  switch (node.name) {
    case "ExpressionStatement":
      return children.map((one) => ({ ...span, is: "do", value: of(one) }));
    case "AssignStatement":
      return assignments(node, text);
    case "UpdateStatement":
      return [{ ...span, is: "do", value: { ...span, is: "computed", inside: children.map(of) } }];
    case "ReturnStatement": {
      const value = children.find(({ name }) => name !== "return");
      return [{ ...span, is: "give", value: value ? of(value) : null }];
    }
    case "RaiseStatement":
      return [{ ...span, is: "give", value: null }];
    case "FunctionDefinition":
      return [
        { ...span, is: "define", name: nameIn(node, text), function: functionOf(node, text) },
      ];
    case "DecoratedStatement":
    case "StatementGroup":
      return children.flatMap((one) => statementOf(one, text));
    case "ClassDefinition":
      return [
        {
          ...span,
          is: "class",
          name: nameIn(node, text),
          bases: childrenOf(node.getChild("ArgList")).filter(isExpression).map(of),
          body: bodyOf(node, text),
        },
      ];
    case "IfStatement":
      return ifOf(children, span, text);
    case "ForStatement":
      return [forOf(children, span, text)];
    case "WhileStatement":
      return [{ ...span, is: "loop", over: null, names: [], body: bodyOf(node, text) }];
    case "TryStatement": {
      const bodies = node.getChildren("Body").map((body) => pythonStatements(body, text));
      return [{ ...span, is: "branch", test: null, ways: bodies }];
    }
    case "WithStatement":
      return withOf(node, text);
    case "MatchStatement":
      return [{ ...span, is: "branch", test: COMPUTED(span), ways: casesOf(node, text) }];
    case "AssertStatement":
    case "YieldStatement":
    case "DeleteStatement":
      // Keywords are called what they are.
      return children
        .filter(({ name }) => !/^([a-z]+|,)$/.test(name))
        .map((one) => ({ ...span, is: "do", value: of(one) }));
    default:
      return [];
  }
}

const COMPUTED = (span: Span): Expression => ({ ...span, is: "computed", inside: [] });

/** What stands behind each `case …:`. */
function casesOf(node: PythonNode, text: string): Statement[][] {
  const clauses = node.getChild("MatchBody")?.getChildren("MatchClause") ?? [];
  return clauses.map((clause) => bodyOf(clause, text));
}

const isExpression = ({ name }: PythonNode) => !/^([(),:=*]|\*\*|AssignOp)$/.test(name);

function nameIn(node: PythonNode, text: string): string {
  const name = node.getChild("VariableName");
  return name ? text.slice(name.from, name.to) : "";
}

function bodyOf(node: PythonNode, text: string): Statement[] {
  const body = node.getChild("Body");
  return body ? pythonStatements(body, text) : [];
}

function functionOf(node: PythonNode, text: string): Callable {
  const list = node.getChild("ParamList");
  const parameters = childrenOf(list)
    .filter(({ name }) => name === "VariableName")
    .map(({ from, to }) => text.slice(from, to));
  // What a method is called on isn't among the arguments.
  const own =
    parameters[0] === "self" || parameters[0] === "cls" ? parameters.slice(1) : parameters;
  return {
    from: node.from,
    to: node.to,
    is: "function",
    parameters: own,
    body: bodyOf(node, text),
  };
}

/** a = b = value, a: type = value, a, b = value: the names, each with what is known of its value. */
function assignments(node: PythonNode, text: string): Statement[] {
  const span = { from: node.from, to: node.to };
  const children = childrenOf(node).filter(({ name }) => name !== "TypeDef");
  const last = children.at(-1);
  if (!last || last.name === "AssignOp") return [];
  const value = pythonExpression(last, text);
  const targets = children.slice(0, -1).filter(({ name }) => name !== "AssignOp" && name !== ",");
  const set: Statement[] = targets.flatMap((one) => {
    const isAlone =
      targets.length === 1 || children.filter(({ name }) => name === ",").length === 0;
    const given: Expression = isAlone ? value : { ...span, is: "computed", inside: [] };
    if (one.name === "VariableName")
      return [{ ...span, is: "set", name: text.slice(one.from, one.to), value: given }];
    return [];
  });
  return set.length > 0 ? set : [{ ...span, is: "do", value }];
}

/** if … elif … else: each test stands before its body. */
function ifOf(
  children: PythonNode[],
  span: { from: number; to: number },
  text: string,
): Statement[] {
  const tests: Expression[] = [];
  const ways: Statement[][] = [];
  for (const child of children) {
    if (child.name === "Body") ways.push(pythonStatements(child, text));
    else if (!/^(if|elif|else)$/.test(child.name)) tests.push(pythonExpression(child, text));
  }
  const [first] = tests;
  const test: Expression =
    first && tests.length === 1 ? first : { ...span, is: "computed", inside: tests };
  return [{ ...span, is: "branch", test, ways }];
}

function forOf(
  children: PythonNode[],
  span: { from: number; to: number },
  text: string,
): Statement {
  const at = children.findIndex(({ name }) => name === "in");
  const names = children.slice(0, at).flatMap((one) => namesOf(one, text));
  const bodies = children.filter(({ name }) => name === "Body");
  const over = children.slice(at + 1).filter(({ name }) => !/^(Body|,|else)$/.test(name));
  const [one] = over;
  const items: Expression | null =
    over.length === 1 && one
      ? pythonExpression(one, text)
      : { ...span, is: "list", items: over.map((each) => pythonExpression(each, text)) };
  return {
    ...span,
    is: "loop",
    over: at < 0 ? null : items,
    names,
    body: bodies.flatMap((body) => pythonStatements(body, text)),
  };
}

/** with a as b: … : b stands for a while the body runs. */
function withOf(node: PythonNode, text: string): Statement[] {
  const span = { from: node.from, to: node.to };
  const statements: Statement[] = [];
  let last: Expression | null = null;
  for (const child of childrenOf(node)) {
    if (/^(with|async|as|,|Body|\(|\))$/.test(child.name)) continue;
    if (last && child.name === "VariableName" && child.prevSibling?.name === "as") {
      statements.push({ ...span, is: "set", name: text.slice(child.from, child.to), value: last });
      last = null;
      continue;
    }
    if (last) statements.push({ ...span, is: "do", value: last });
    last = pythonExpression(child, text);
  }
  if (last) statements.push({ ...span, is: "do", value: last });
  return [...statements, ...bodyOf(node, text)];
}
