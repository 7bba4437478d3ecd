import type { Change } from "@/lib/contracts/change";
import type { World } from "./incident-world";
import type { TextIndex } from "./weigh-texts";
import { type SlowReason, slowCourse } from "./weigh-time";

/** What fills, runs out or comes round again, so that harm comes long after its cause. */
export const SLOW_WORDS =
  `leak leaked memory heap oom oomkilled rss gc queue backlog lag cron scheduler scheduled schedule
  job jobs nightly daily hourly batch cache ttl expiry expires expired expire pool connections disk inodes quota
  retention descriptors sockets goroutines threads exhausted eviction partition sequence overflow`
    .split(/\s+/)
    .filter(Boolean);

/**
 * Why harm may have come hours after this change: the signal went bad slowly, the incident's words
 * speak of something that fills or runs out, or the change itself concerns such a thing.
 */
export function slowReasons(
  texts: TextIndex,
  world: World,
): (change: Change, merges: readonly Change[]) => SlowReason {
  const course = slowCourse(world);
  if (course) return () => course;
  const said = SLOW_WORDS.find((word) => texts.says(word));
  if (said) {
    const reason = `The incident's words speak of “${said}”: such harm builds up for hours.`;
    return () => reason;
  }
  return (change, merges) => {
    const own = texts.watchedIn(change, merges);
    return own ? `It concerns “${own}”: harm from that can come hours later.` : null;
  };
}
