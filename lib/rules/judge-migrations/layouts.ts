import { byVersion } from "./layouts-order";
import { recognise } from "./layouts-recognise";
import { inRevisionOrder } from "./layouts-revisions";
import type { Recognised } from "./layouts-standing";
import type { DownFile, Layout, MigrationFile } from "./layouts-words";
import type { Dialect } from "./operation";

/**
 * Sorts a repository's migration files into what goes up and what takes it back, by the layout that
 * their tool prescribes. What stands beside migrations without being one (snapshots, indexes, notes) is
 * left out; whatever else can't be read is kept as "unreadable" with the reason.
 */
export function readLayout(files: readonly MigrationFile[]): Layout {
  const recognised = files.map((file) => recognise(file, files)).filter((one) => one !== null);
  const roots = Map.groupBy(recognised, ({ root }) => root);
  const sorted = [...roots.keys()]
    .sort(byVersion)
    .flatMap((root) => inOrder(roots.get(root) ?? []));
  const ups = sorted.flatMap(({ up }) => (up ? [up] : []));
  const tools = new Set(ups.map(({ tool }) => tool));
  return {
    tool: tools.size === 1 ? ([...tools][0] ?? null) : null,
    migrations: ups,
    downs: sorted.flatMap(({ down, dialect }) => (down ? [withUp(down, dialect, sorted)] : [])),
  };
}

function inOrder(root: readonly Recognised[]): Recognised[] {
  const byName = root.toSorted(
    (a, b) =>
      Number(a.isRepeatable) - Number(b.isRepeatable) ||
      byVersion(a.version, b.version) ||
      byVersion(a.path, b.path),
  );
  return byName.some(({ up }) => up?.kind === "python") ? inRevisionOrder(byName) : byName;
}

function withUp(
  down: { path: string; content: string },
  dialect: Dialect | null,
  all: readonly Recognised[],
): DownFile {
  const own = all.find(({ down: one }) => one === down);
  const up = all.find(
    (one) => one.up && one.root === own?.root && !one.isRepeatable && one.version === own.version,
  );
  return { ...down, of: up?.path ?? null, dialect };
}
