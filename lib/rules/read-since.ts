const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const ABOUT = "(?:about |around |roughly |nearly |almost |over |some |the (?:last|past) )?";
const LENGTH = "(half an?|an?|one|two|three|\\d{1,3}) ?(hours?|hrs?|h|minutes?|mins?|min)\\b";
const SINCE = new RegExp(`\\b(?:since|for) ${ABOUT}${LENGTH}|\\b${LENGTH} ago\\b`, "i");
const NUMBERS: Record<string, number> = { a: 1, an: 1, one: 1, two: 2, three: 3 };
/** Longer texts are logs; their durations are about something else. */
const LONGEST_TEXT = 300;

/**
 * How long something has been going on by what people write: "since about an hour", "for 20 minutes",
 * "half an hour ago". The longest that any text says, milliseconds; null when none says it.
 */
export function readSince(texts: readonly string[]): number | null {
  const lengths = texts.flatMap((text) => {
    if (text.length > LONGEST_TEXT) return [];
    const found = SINCE.exec(text);
    const number = (found?.[1] ?? found?.[3])?.toLowerCase();
    const unit = (found?.[2] ?? found?.[4])?.toLowerCase();
    if (!number || !unit) return [];
    const count = number.startsWith("half") ? 0.5 : (NUMBERS[number] ?? Number(number));
    return [count * (unit.startsWith("h") ? HOUR_MS : MINUTE_MS)];
  });
  const longest = Math.max(0, ...lengths);
  return longest > 0 ? longest : null;
}
