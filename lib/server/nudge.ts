import "server-only";

// The server is bundled in several parts, each with its own modules; they share one list of readers.
const KEY = Symbol.for("known-good.nudges");
type Shared = { [KEY]?: Map<string, () => void> };

function readers(): Map<string, () => void> {
  const shared = globalThis as typeof globalThis & Shared;
  shared[KEY] ??= new Map();
  return shared[KEY];
}

/** What a code source's issues are read as: apart from its repositories, which may take long. */
export function issuesOf(source: string): string {
  return `issues:${source}`;
}

/** Says how a source is read at once. */
export function onNudge(name: string, read: () => void): void {
  readers().set(name, read);
}

/** Asks for a source to be read now, because something says that it has news. */
export function nudgeSource(name: string): void {
  readers().get(name)?.();
}

/** Followers beside the sources: no source is called so. */
type Follower = "holds" | "freezes" | "restorations" | "evidence";

/** Says how a follower's next turn is begun at once. */
export function onFollowerNudge(follower: Follower, turn: () => void): void {
  readers().set(`follower of ${follower}`, turn);
}

/** Asks for a follower's next turn now: there is something for it to do. */
export function nudge(...followers: Follower[]): void {
  for (const follower of followers) readers().get(`follower of ${follower}`)?.();
}

/** Repositories that somebody told news of since they were last asked for, by source. */
const HINTS = Symbol.for("known-good.repository-hints");
type Hinted = { [HINTS]?: Map<string, Set<string>> };

function hints(): Map<string, Set<string>> {
  const shared = globalThis as typeof globalThis & Hinted;
  shared[HINTS] ??= new Map();
  return shared[HINTS];
}

/** What a code source's merges are kept open as: apart from reading them. */
export function mergesOf(source: string): string {
  return `merges:${source}`;
}

/** Tells that there is news of the pull requests of one repository. */
export function hintRepository(source: string, repository: string): void {
  const its = hints().get(source) ?? new Set();
  hints().set(source, its.add(repository));
  nudgeSource(mergesOf(source));
}

/** The repositories of a source that there was news of since this was last asked. */
export function takeHints(source: string): ReadonlySet<string> {
  const its = hints().get(source) ?? new Set();
  hints().delete(source);
  return its;
}
