/** Something a person can do on this page: one entry feeds its button, the palette and the help. */
export type Action = {
  id: string;
  label: string;
  group: "Go to" | "This incident" | "Levers" | "Appearance" | "Help";
  /** A key such as "n"; "mod+k" works everywhere, single keys only while a list has focus. */
  keys?: string;
  run: () => void;
};

const actions = new Map<string, Action>();
const readers = new Set<() => void>();
let list: Action[] = [];

function changed(): void {
  list = [...actions.values()];
  for (const reader of readers) reader();
}

export const actionRegistry = {
  /** Adds an action; returns what takes it away again. */
  add(action: Action): () => void {
    actions.set(action.id, action);
    changed();
    return () => {
      if (actions.get(action.id) !== action) return;
      actions.delete(action.id);
      changed();
    };
  },
  list: (): Action[] => list,
  byId: (id: string): Action | undefined => actions.get(id),
  byKeys: (keys: string): Action | undefined => list.find((action) => action.keys === keys),
  subscribe(reader: () => void): () => void {
    readers.add(reader);
    return () => readers.delete(reader);
  },
};

const typing = "input, textarea, select, [contenteditable], dialog";

/** Runs the action of a pressed key, if the key may act where the focus is. */
export function runKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.repeat || event.isComposing) return;
  const mod = event.metaKey || event.ctrlKey;
  const key = event.key.toLowerCase();
  if (mod) {
    const action = event.altKey || event.shiftKey ? undefined : actionRegistry.byKeys(`mod+${key}`);
    if (!action) return;
    event.preventDefault();
    action.run();
    return;
  }
  const target = event.target;
  if (event.altKey || !(target instanceof Element) || target.closest(typing)) return;
  // Single keys act only while a list has focus, so that speech input can't fire them by chance.
  if (!target.closest("[data-keys]")) return;
  const action = actionRegistry.byKeys(key);
  if (!action) return;
  event.preventDefault();
  action.run();
}
