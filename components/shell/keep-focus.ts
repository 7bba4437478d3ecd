/** What can have the focus by itself. */
const CONTROL = "a[href], button, input, select, textarea, summary, [tabindex]";
/** What takes it for what was in it: a part with a name, and at last the page. */
const PLACE = "[aria-label], [aria-labelledby], dialog, main";
/** What comes instead and takes the focus by itself has done so by then (ms). */
const SOON_MS = 200;

/** An element and all around it, innermost first. */
function trailOf(element: Element | null): Element[] {
  const trail: Element[] = [];
  for (let each = element; each && each !== document.body; each = each.parentElement) {
    trail.push(each);
  }
  return trail;
}

const isThere = (element: Element) => element.isConnected && element.checkVisibility();
const isDisabled = (element: Element) => element.matches(":disabled");

/** The nearest thing that is still there: what is folded away lies under its summary. */
function placeIn(trail: readonly Element[]): HTMLElement | null {
  for (const each of trail) {
    const folded = each.matches("details:not([open])") && each.querySelector("summary");
    const place = folded || (each.matches(PLACE) ? each : null);
    if (place instanceof HTMLElement && isThere(place)) return place;
  }
  return null;
}

/**
 * Keeps the focus where its owner was when what has it goes away, is folded away, or is disabled while it
 * is being sent: on the nearest part with a name, and back on what is enabled again. A part that took it so
 * carries `data-kept` until it loses it. Never takes the focus from anything.
 */
export function keepFocus(): void {
  let trail = trailOf(document.activeElement);
  /** Where they were before a dialog opened. */
  let outside: Element[] = [];
  let wasDisabled = false;
  let isSettling = false;

  const note = (event: Event) => {
    const target = event.target instanceof Element ? event.target : null;
    const dialog = target?.closest("dialog");
    if (dialog && !trail.includes(dialog)) outside = trail;
    trail = trailOf(target?.closest(CONTROL) ?? null);
    wasDisabled = false;
  };
  const settle = () => {
    isSettling = false;
    const [last] = trail;
    // Who has gone on to the browser's own bars isn't called back.
    if (!last || document.activeElement !== document.body || !document.hasFocus()) return;
    if (isThere(last)) {
      if (!wasDisabled || isDisabled(last) || !(last instanceof HTMLElement)) return;
      wasDisabled = false;
      last.focus();
      return;
    }
    const isDialogGone = trail.some((each) => each.matches("dialog") && !each.isConnected);
    const place = placeIn(isDialogGone ? outside : trail);
    if (!place) return;
    if (!place.matches(CONTROL)) place.tabIndex = -1;
    place.dataset.kept = "";
    place.addEventListener("blur", () => delete place.dataset.kept, { once: true });
    place.focus({ preventScroll: true });
  };
  const soon = () => {
    if (isSettling) return;
    isSettling = true;
    setTimeout(settle, SOON_MS);
  };
  const observer = new MutationObserver(() => {
    if (trail[0] && isDisabled(trail[0])) wasDisabled = true;
    soon();
  });
  observer.observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["disabled", "open", "hidden"],
  });
  document.addEventListener("focusin", note);
  document.addEventListener("pointerdown", note, true);
}
