import * as prism from "@ruby/prism";
import type { Callable, Span, Statement } from "./program";
import { parametersOf, type Ruby, rubyExpression } from "./ruby-expressions";

/** A program's statements in the form that all readers share. */
export function rubyStatements(program: prism.ProgramNode, offsets: Ruby["offsets"]): Statement[] {
  const ruby: Ruby = { offsets, statements: (node) => statementsOf(node, ruby) };
  return statementsOf(program, ruby);
}

function statementsOf(node: unknown, ruby: Ruby): Statement[] {
  if (node === null || node === undefined) return [];
  if (node instanceof prism.ProgramNode) return statementsOf(node.statements, ruby);
  if (node instanceof prism.StatementsNode)
    return node.body.flatMap((one) => rubyStatement(one, ruby));
  return rubyStatement(node, ruby);
}

function rubyStatement(node: unknown, ruby: Ruby): Statement[] {
  const body = (one: unknown) => statementsOf(one, ruby);
  if (node instanceof prism.ClassNode || node instanceof prism.ModuleNode) {
    const span = ruby.offsets(node.location);
    const parent = node instanceof prism.ClassNode ? node.superclass : null;
    const bases = parent ? [rubyExpression(parent, ruby)] : [];
    return [{ ...span, is: "class", name: node.name, bases, body: body(node.body) }];
  }
  if (node instanceof prism.DefNode) {
    const span = ruby.offsets(node.location);
    const own: Callable = {
      ...span,
      is: "function",
      parameters: parametersOf(node.parameters),
      body: body(node.body),
    };
    return [{ ...span, is: "define", name: node.name, function: own }];
  }
  if (node instanceof prism.IfNode) {
    const other =
      node.subsequent instanceof prism.ElseNode ? node.subsequent.statements : node.subsequent;
    return [branch(ruby.offsets(node.location), node.predicate, [node.statements, other], ruby)];
  }
  if (node instanceof prism.UnlessNode)
    return [
      branch(
        ruby.offsets(node.location),
        node.predicate,
        [node.statements, node.elseClause?.statements],
        ruby,
      ),
    ];
  if (node instanceof prism.CaseNode) {
    const ways = node.conditions.map((one) =>
      one instanceof prism.WhenNode ? one.statements : one,
    );
    return [
      branch(
        ruby.offsets(node.location),
        node.predicate ?? node,
        [...ways, node.elseClause?.statements],
        ruby,
      ),
    ];
  }
  if (node instanceof prism.WhileNode || node instanceof prism.UntilNode)
    return [
      {
        ...ruby.offsets(node.location),
        is: "loop",
        over: null,
        names: [],
        body: body(node.statements),
      },
    ];
  if (node instanceof prism.ForNode)
    return [
      {
        ...ruby.offsets(node.location),
        is: "loop",
        over: rubyExpression(node.collection, ruby),
        names: node.index instanceof prism.LocalVariableTargetNode ? [node.index.name] : [],
        body: body(node.statements),
      },
    ];
  if (node instanceof prism.BeginNode) return beginning(node, ruby);
  if (node instanceof prism.RescueModifierNode)
    return [
      {
        ...ruby.offsets(node.location),
        is: "branch",
        test: null,
        ways: [body(node.expression), body(node.rescueExpression)],
      },
    ];
  return simpleStatement(node, ruby);
}

function simpleStatement(node: unknown, ruby: Ruby): Statement[] {
  if (node instanceof prism.ParenthesesNode) return statementsOf(node.body, ruby);
  if (node instanceof prism.ReturnNode) {
    const [value] = node.arguments_?.arguments_ ?? [];
    const given = value ? rubyExpression(value, ruby) : null;
    return [{ ...ruby.offsets(node.location), is: "give", value: given }];
  }
  if (
    node instanceof prism.LocalVariableWriteNode ||
    node instanceof prism.ConstantWriteNode ||
    node instanceof prism.InstanceVariableWriteNode
  ) {
    const value = rubyExpression(node.value, ruby);
    return [{ ...ruby.offsets(node.location), is: "set", name: node.name, value }];
  }
  const value = rubyExpression(node, ruby);
  return [{ from: value.from, to: value.to, is: "do", value }];
}

/** begin … rescue … else … ensure … end: the body and what is ensured run, the rest may. */
function beginning(node: prism.BeginNode, ruby: Ruby): Statement[] {
  const handlers: unknown[] = [];
  for (let one = node.rescueClause; one; one = one.subsequent) handlers.push(one.statements);
  const body = statementsOf(node.statements, ruby);
  const ensured = statementsOf(node.ensureClause?.statements, ruby);
  if (handlers.length === 0) return [...body, ...ensured];
  const ways = [
    [...body, ...statementsOf(node.elseClause?.statements, ruby)],
    ...handlers.map((one) => statementsOf(one, ruby)),
  ];
  return [{ ...ruby.offsets(node.location), is: "branch", test: null, ways }, ...ensured];
}

function branch(span: Span, test: unknown, ways: unknown[], ruby: Ruby): Statement {
  return {
    ...span,
    is: "branch",
    test: rubyExpression(test, ruby),
    ways: ways.map((one) => statementsOf(one, ruby)),
  };
}
