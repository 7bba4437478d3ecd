import { parser } from "@lezer/python";
import { lineAt, lineStarts, type Program } from "./program";
import { pythonStatements } from "./python-statements";

/** No migration is nested so deeply; the grammar's recovery takes for ever over brackets that never close. */
const DEEPEST = 300;

/** Parses Python with Lezer's grammar. What it couldn't read is in `faults`; the rest is there all the same. */
export function pythonProgram(path: string, text: string): Program {
  const starts = lineStarts(text);
  const deepAt = tooDeepAt(text);
  if (deepAt !== null) return tooDeep(path, text, lineAt(starts, deepAt));
  const tree = parser.parse(text);
  const faults: Program["faults"] = [];
  tree.iterate({
    enter: ({ type, from }) => {
      if (!type.isError || faults.length >= 20) return;
      const line = lineAt(starts, from);
      if (!faults.some((one) => one.line === line))
        faults.push({ line, why: "Python's grammar doesn't allow what stands here" });
    },
  });
  try {
    return { path, text, statements: pythonStatements(tree.topNode, text), faults };
  } catch {
    return tooDeep(path, text, 1);
  }
}

const tooDeep = (path: string, text: string, line: number): Program => ({
  path,
  text,
  statements: [],
  faults: [{ line, why: "it is nested too deeply to be read" }],
});

/** Where brackets are nested too deeply, those in texts counted too; null when they aren't. */
function tooDeepAt(text: string): number | null {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth = Math.max(0, depth - 1);
    if (depth > DEEPEST) return at;
  }
  return null;
}
