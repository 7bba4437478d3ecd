import type { Recognised } from "./layouts-standing";
import { newScope, textOf, textsOf } from "./program-values";
import { pythonProgram } from "./python-program";

/**
 * Alembic's files say what each follows: `down_revision`. Sorted so that each stands after those that it
 * follows; files of other tools, and those in circles, stay where they were.
 */
export function inRevisionOrder(root: readonly Recognised[]): Recognised[] {
  const links = new Map(root.map((one) => [one, linkOf(one)]));
  const byRevision = new Map<string, Recognised>();
  for (const [one, { revision }] of links) if (revision !== null) byRevision.set(revision, one);
  const sorted: Recognised[] = [];
  const state = new Map<Recognised, "open" | "done">();
  const visit = (first: Recognised) => {
    // Without recursion: a chain may be thousands of files long.
    const open = [first];
    for (let one = open.at(-1); one; one = open.at(-1)) {
      const next = (links.get(one)?.follows ?? [])
        .map((revision) => byRevision.get(revision))
        .find((each) => each !== undefined && !state.has(each));
      state.set(one, state.get(one) ?? "open");
      if (next) open.push(next);
      else {
        open.pop();
        if (state.get(one) !== "done") sorted.push(one);
        state.set(one, "done");
      }
    }
  };
  for (const one of root) if (!state.has(one)) visit(one);
  return sorted;
}

function linkOf({ path, up }: Recognised): { revision: string | null; follows: string[] } {
  if (up?.tool !== "alembic") return { revision: null, follows: [] };
  const scope = newScope(null);
  const { statements } = pythonProgram(path, up.content);
  const value = (name: string) => {
    const found = statements.find((one) => one.is === "set" && one.name === name);
    return found?.is === "set" ? found.value : null;
  };
  return {
    revision: textOf(value("revision"), scope),
    follows: textsOf(value("down_revision"), scope) ?? [],
  };
}
