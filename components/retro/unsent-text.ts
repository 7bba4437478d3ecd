/** Words that no server has acknowledged, and the text that they were written on. */
export type Unsent = { text: string; base: { revision: number; text: string } };

const nameOf = (incidentId: string, section: string) => `retro ${incidentId} ${section}`;

/** Keeps unacknowledged words for this tab, through a reload; forgets them on null. */
export function keepUnsent(incidentId: string, section: string, unsent: Unsent | null): void {
  try {
    if (unsent === null) sessionStorage.removeItem(nameOf(incidentId, section));
    else sessionStorage.setItem(nameOf(incidentId, section), JSON.stringify(unsent));
  } catch {
    // Storage may be full or forbidden; the field itself still holds the words.
  }
}

/** What was kept, or null. */
export function findUnsent(incidentId: string, section: string): Unsent | null {
  try {
    const kept = sessionStorage.getItem(nameOf(incidentId, section));
    return kept ? (JSON.parse(kept) as Unsent) : null;
  } catch {
    return null;
  }
}
