import { parser } from "@lezer/python";
import { lineAt, lineStarts, type Program } from "./program";
import { pythonStatements } from "./python-statements";

/** Parses Python with Lezer's grammar. What it couldn't read is in `faults`; the rest is there all the same. */
export function pythonProgram(path: string, text: string): Program {
  const tree = parser.parse(text);
  const starts = lineStarts(text);
  const faults: Program["faults"] = [];
  tree.iterate({
    enter: ({ type, from }) => {
      if (!type.isError || faults.length >= 20) return;
      const line = lineAt(starts, from);
      if (!faults.some((one) => one.line === line))
        faults.push({ line, why: "Python's grammar doesn't allow what stands here" });
    },
  });
  return { path, text, statements: pythonStatements(tree.topNode, text), faults };
}
