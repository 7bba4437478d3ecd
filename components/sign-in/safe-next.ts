/** A place inside this console, or its front page: never an address elsewhere. */
export function safeNext(next: string | string[] | undefined): string {
  if (typeof next !== "string" || !/^\/(?![/\\])/.test(next) || /[\\\s]/.test(next)) return "/";
  return next;
}
