type Said = { polite: string; alert: string };

let said: Said = { polite: "", alert: "" };
const readers = new Set<() => void>();
let waiting: string[] = [];

function say(next: Partial<Said>): void {
  said = { ...said, ...next };
  for (const reader of readers) reader();
}

/** Says the result of the user's own action at once. */
export function announce(sentence: string): void {
  // A trailing no-break space makes a repeated sentence a new one.
  say({ polite: said.polite === sentence ? `${sentence}\u00a0` : sentence });
}

/** Says what others or systems did; several within three seconds are said together. */
export function announceLater(sentence: string): void {
  if (waiting.includes(sentence)) return;
  waiting.push(sentence);
  if (waiting.length > 1) return;
  setTimeout(() => {
    announce(waiting.join(" "));
    waiting = [];
  }, 3_000);
}

/** Interrupts: only for a restoration that failed. */
export function alertNow(sentence: string): void {
  say({ alert: sentence });
}

export const announcements = {
  subscribe(reader: () => void): () => void {
    readers.add(reader);
    return () => readers.delete(reader);
  },
  read: (): Said => said,
};
