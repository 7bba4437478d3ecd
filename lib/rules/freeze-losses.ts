/** Somebody who takes a hold away again within this long is not fought with. */
const AGAIN_WITHIN_MS = 60_000;

/**
 * Whether a hold that somebody took away is asked for again: once, and not when it had been taken away
 * just before. `lostAt` is when it last was.
 */
export function isAskedAgain(lostAt: Date | null, now: Date): boolean {
  return lostAt === null || now.getTime() - lostAt.getTime() > AGAIN_WITHIN_MS;
}

/** What is said of a hold that somebody took away. `by` is who, as far as the outside says. */
export function lossInWords(
  { sentence, by }: { sentence: string; by: string | null },
  isAgain: boolean,
): string {
  const who = by ? ` It was ${by}.` : "";
  return isAgain
    ? `${sentence}${who} It was taken away twice within a minute, so it isn’t asked for again: ${by ? `talk to ${by}` : "find out who does that"}, then renew the freeze.`
    : `${sentence}${who} It is asked for again.`;
}
