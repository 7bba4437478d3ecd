import type { Attachment, TimelineItem } from "@/lib/contracts/retro";

/** What people say of one line of the log; null: nothing was said. */
export type Curation = {
  subject: string;
  shown: "kept" | "hidden" | null;
  mergedInto: string | null;
  note: string | null;
  at: string | null;
  text: string | null;
  known: "then" | "later" | null;
  attachments: Attachment[];
  by: string;
  version: number;
};

/** In order of time; at one moment, causes stand before what followed from them. */
export function byTime(a: TimelineItem, b: TimelineItem): number {
  return (
    Date.parse(a.at) - Date.parse(b.at) ||
    ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) ||
    compare(a.subject, b.subject)
  );
}

const ORDER: TimelineItem["kind"][] = [
  "change",
  "harm",
  "alert",
  "declare",
  "event",
  "note",
  "lever",
  "freeze",
  "restoration",
  "receipt",
  "undone",
  "status",
  "correction",
];

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * The drafted timeline with what people say of it: kept, hidden, corrected, annotated, and folded
 * into one another; events they added stand among the rest. What was recorded stays beside every
 * correction. Something folded into what isn't there, or in a circle, stands by itself.
 */
export function curateTimeline(
  drafted: readonly TimelineItem[],
  curations: readonly Curation[],
): TimelineItem[] {
  const said = new Map(curations.map((curation) => [curation.subject, curation]));
  const known = new Set(drafted.map(({ subject }) => subject));
  const events = curations.filter(
    ({ subject, at, text }) =>
      subject.startsWith("event:") && !known.has(subject) && at !== null && text !== null,
  );
  const items = new Map(
    [
      ...drafted.map((item) => withCuration(item, said.get(item.subject))),
      ...events.map((event) => eventOf(event)),
    ].map((item) => [item.subject, item]),
  );
  const folded = new Map<string, TimelineItem[]>();
  for (const item of items.values()) {
    const root = rootOf(item.subject, said, items);
    if (root !== item.subject) folded.set(root, [...(folded.get(root) ?? []), item]);
  }
  const inside = new Set([...folded.values()].flat().map(({ subject }) => subject));
  return [...items.values()]
    .filter(({ subject }) => !inside.has(subject))
    .map((item) => ({
      ...item,
      merged: (folded.get(item.subject) ?? [])
        .sort(byTime)
        .map(({ subject, at, text, version }) => ({ subject, at, text, version })),
    }))
    .sort(byTime);
}

function withCuration(item: TimelineItem, said: Curation | undefined): TimelineItem {
  if (!said) return item;
  const at = said.at ?? item.at;
  const text = said.text ?? item.text;
  return {
    ...item,
    at,
    originalAt: at === item.at ? item.originalAt : (item.originalAt ?? item.at),
    text,
    originalText: text === item.text ? item.originalText : (item.originalText ?? item.text),
    shown: said.shown ?? item.shown,
    isCurated: true,
    note: said.note,
    known: said.known,
    attachments: said.attachments,
    version: said.version,
  };
}

function eventOf(said: Curation): TimelineItem {
  return {
    subject: said.subject,
    kind: "event",
    at: said.at ?? "",
    originalAt: null,
    text: said.text ?? "",
    originalText: null,
    by: said.by,
    source: null,
    url: null,
    shown: said.shown ?? "kept",
    isCurated: true,
    merged: [],
    note: said.note,
    known: said.known,
    attachments: said.attachments,
    version: said.version,
  };
}

/** What an item is folded into in the end; itself when it isn't, or when the way leads in a circle. */
function rootOf(
  subject: string,
  said: ReadonlyMap<string, Curation>,
  items: ReadonlyMap<string, TimelineItem>,
): string {
  const passed = new Set([subject]);
  let root = subject;
  for (;;) {
    const next = said.get(root)?.mergedInto;
    if (!next || !items.has(next)) return root;
    if (passed.has(next)) return subject;
    passed.add(next);
    root = next;
  }
}
