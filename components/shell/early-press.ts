/**
 * What is pressed between the first picture of a page and the moment something answers it. The document
 * begins with `EARLY_PRESS_SCRIPT`, which remembers the last press that nobody answered, and presses again
 * once React has taken that button over: the shell says when the page's own effects are through, and parts
 * of a page that are loaded later are waited for. Such a part may be drawn anew when what it shows changed
 * meanwhile, with another button in the place of the one that was pressed.
 */
export type EarlyPress = {
  /** From here on what is remembered may be pressed again. */
  begin: () => void;
};

declare global {
  interface Window {
    knownGoodEarlyPress?: EarlyPress;
  }
}

/** Who pressed longer ago has seen that nothing came of it, and may want something else by now. */
const FORGOTTEN_AFTER_MS = 10_000;
const LOOK_EVERY_MS = 50;

/**
 * A form sends itself without any script, so its buttons are left out; so are links. React leaves its mark
 * on what it has taken over, which is all that tells so. Any further press is another decision: it takes
 * the place of the one before, whoever answers it.
 */
export const EARLY_PRESS_SCRIPT = `(() => {
  let pressed = null;
  let hasBegun = false;
  const isTaken = (button) => Object.keys(button).some((key) => key.startsWith("__reactProps"));
  const saying = (said) => [...document.querySelectorAll("button")].filter((one) => !one.form && one.textContent === said);
  // The button itself, or the one in its place: of as many that say the same the one with its number.
  const find = ({ button, said, count, nth }) => {
    if (button.isConnected) return button;
    const same = saying(said);
    return same.length === count ? same[nth] : null;
  };
  const look = (press, taken) => {
    if (press !== pressed) return;
    const button = find(press);
    if (performance.now() - press.at > ${FORGOTTEN_AFTER_MS}) pressed = null;
    else if (button && button === taken) {
      pressed = null;
      button.click();
    } else {
      // A turn later its effects are through as well.
      const isNow = hasBegun && button && isTaken(button);
      setTimeout(() => look(press, isNow ? button : null), ${LOOK_EVERY_MS});
    }
  };
  addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!button) return;
    const isLost = !button.form && !isTaken(button);
    pressed = null;
    if (!isLost) return;
    const said = button.textContent;
    const same = saying(said);
    pressed = { button, said, count: same.length, nth: same.indexOf(button), event, at: performance.now() };
    look(pressed, null);
  }, true);
  // React takes a part over for a press where it can, and answers it: what it took by now is answered.
  addEventListener("click", (event) => {
    if (pressed && pressed.event === event && isTaken(pressed.button)) pressed = null;
  });
  window.knownGoodEarlyPress = {
    begin: () => {
      hasBegun = true;
    },
  };
})();`;
