import type { AlertGroup } from "@/lib/contracts/alert";

/** What becomes an entry of the timeline, and whether it tells that customers are hurt anew. */
export type AlertNews = {
  at: Date;
  text: string;
  url: string | null;
  naturalKey: string;
  isNewHarm: boolean;
};

/**
 * What a notification tells that the timeline of incident `number` doesn't know yet; `told` are the
 * natural keys of its alerts. An alert that fires after its end was told fires again, also when it
 * still names its first start: Alertmanager joins firings that follow closely upon one another.
 */
export function alertNews(
  group: AlertGroup,
  { number, told, now }: { number: number; told: ReadonlySet<string>; now: Date },
): AlertNews[] {
  return group.alerts.flatMap((alert) => {
    const isOver = alert.status === "resolved";
    const at = new Date(isOver ? alert.endsAt : alert.startsAt);
    const own = `alert:${number}:${alert.fingerprint}`;
    const first = `${own}:${alert.status}:${at.toISOString()}`;
    const endedAt = lastOf(told, `${own}:resolved:`);
    const isEnded = !isOver && endedAt !== null && endedAt >= at.toISOString();
    const isAgain = isEnded && told.has(first);
    // Its end was told before its start: late news, which says nothing of now.
    const isLate = isEnded && !isAgain;
    const naturalKey = isAgain ? `${first}:after:${endedAt}` : first;
    if (told.has(naturalKey)) return [];
    const verb = endedAt === null || isLate ? "fires" : "fires again";
    const name = alert.labels.alertname ?? "An alert";
    const text = [`${name} ${isOver ? "stopped firing" : verb}`, alert.annotations.summary]
      .filter(Boolean)
      .join(": ");
    const url = alert.generatorURL || null;
    return [{ at: isAgain ? now : at, text, url, naturalKey, isNewHarm: !isOver && !isLate }];
  });
}

/** The latest of the moments that follow `prefix`; ISO 8601 sorts as text. */
function lastOf(keys: ReadonlySet<string>, prefix: string): string | null {
  const moments = [...keys].filter((key) => key.startsWith(prefix));
  return moments.toSorted().at(-1)?.slice(prefix.length) ?? null;
}

const KEY =
  /^alert:\d+:(.+):(firing|resolved):(\d{4}-\d\d-\d\dT[\d:.]+Z)(?::after:(\d{4}-\d\d-\d\dT[\d:.]+Z))?$/;

/** Whether one of an incident's alerts fires still; `told` are the natural keys of all of them. */
export function isAlertFiring(told: ReadonlySet<string>): boolean {
  const firings = new Map<string, string>();
  const ends = new Map<string, string>();
  const later = (moments: Map<string, string>, fingerprint: string, moment: string) => {
    if (moment > (moments.get(fingerprint) ?? "")) moments.set(fingerprint, moment);
  };
  for (const key of told) {
    const [, fingerprint = "", status, at = "", after] = KEY.exec(key) ?? [];
    // What fires after an end sorts behind it, and before every later one.
    if (status === "firing") later(firings, fingerprint, after ? `${after}+` : at);
    if (status === "resolved") later(ends, fingerprint, at);
  }
  return [...firings].some(([fingerprint, since]) => since > (ends.get(fingerprint) ?? ""));
}
