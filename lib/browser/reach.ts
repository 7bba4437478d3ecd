/** `away`: the server doesn't answer; `signed-out`: it no longer knows who asks. */
export type Reach = "reached" | "away" | "signed-out";

let reach: Reach = "reached";

/** Whether reading leads anywhere now. Of the whole page; on the server always `reached`. */
export function reachNow(): Reach {
  return reach;
}

/** Whoever keeps the page current says so; nobody else. */
export function setReach(next: Reach): void {
  reach = next;
}

/** For `refetchInterval`: reads every `ms`, but not while reading leads nowhere. */
export function every(ms: number): () => number | false {
  return () => (reach === "reached" ? ms : false);
}
