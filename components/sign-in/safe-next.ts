/** A place inside this console as a header can carry it, or its front page: never elsewhere. */
export function safeNext(next: string | string[] | undefined): string {
  if (typeof next !== "string" || !/^\/(?![/\\])/.test(next) || /[\\\s]/.test(next)) return "/";
  return next.toWellFormed().replace(/[^!-~]/gu, encodeURIComponent);
}
