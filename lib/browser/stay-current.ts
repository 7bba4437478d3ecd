import { focusManager, onlineManager, type QueryClient } from "@tanstack/react-query";
import { ProblemError } from "./api";
import { type LiveState, listenLive, staleByTopic } from "./live";
import { queries } from "./queries";
import { type Reach, reachNow, setReach } from "./reach";
import { readAgain } from "./read-again";

/** How current the page is: as the stream says, or why there is none. */
export type Currency = LiveState | Exclude<Reach, "reached">;

const POLL_MS = 5_000;
/** A server that is away is asked after this time, then after twice as long, up to the longest. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

function isAway(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return false;
  const { status, problem } = error;
  const isOfProxy = problem.code === "no-answer" && status >= 502;
  return status === 0 || isOfProxy || problem.code === "database-unavailable";
}

const isSignedOut = (error: unknown) => error instanceof ProblemError && error.status === 401;
const everything = () => true;

/**
 * Keeps all queries as current as can be, and tells how current that is: events say what to read again;
 * while none arrive, all is read every five seconds. Once a read is answered 401, nothing is read by
 * itself any more; while nobody answers, one request asks less and less often whether the server is back.
 * Both are asked again at once when the page is looked at again. Returns a function that ends it.
 */
export function stayCurrent(
  client: QueryClient,
  { onCurrency, listen = listenLive }: StayCurrentOptions,
): () => void {
  const again = readAgain(client);
  const cache = client.getQueryCache();
  let stream: LiveState = "connecting";
  let hush: (() => void) | null = null;
  let poll: ReturnType<typeof setInterval> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT_MS;
  let isAsking = false;
  let isOver = false;

  const tell = () => {
    const reach = reachNow();
    onCurrency(reach === "reached" ? stream : reach);
  };
  const leave = () => {
    hush?.();
    hush = null;
    clearInterval(poll);
    poll = undefined;
    clearTimeout(timer);
  };
  const hear = (hasGap: boolean) => {
    let isBehind = hasGap;
    hush = listen({
      onEvent: ({ topic }) => {
        const words = new Set(staleByTopic[topic]);
        again.ask(({ queryKey }) => words.has(String(queryKey[0])));
      },
      onState: (next) => {
        const isNew = next !== stream;
        stream = next;
        if (isNew) {
          clearInterval(poll);
          poll = undefined;
        }
        if (isNew && next === "paused") {
          poll = setInterval(() => again.ask(everything), POLL_MS);
          void find();
        }
        // Events say what to read again; after a gap, read everything once.
        if (next === "live" && isBehind) again.ask(everything);
        isBehind = next === "paused" || (isBehind && next !== "live");
        tell();
      },
    });
  };
  const go = (next: Reach) => {
    if (isOver || next === reachNow()) return;
    setReach(next);
    leave();
    if (next === "reached") {
      wait = FIRST_WAIT_MS;
      stream = "connecting";
      again.ask(everything);
      hear(true);
    } else {
      // All of it may be old from now on; told so, whoever reads by the clock stops.
      for (const query of cache.getAll()) query.setState({ isInvalidated: true });
    }
    tell();
  };
  /** One request finds out whether there is an answer, and whether to us. */
  const find = async () => {
    if (isAsking) return;
    isAsking = true;
    clearTimeout(timer);
    try {
      await client.fetchQuery({ ...queries.session(), staleTime: 0, retry: false });
      go("reached");
    } catch (error) {
      if (isSignedOut(error)) go("signed-out");
      else if (!isAway(error)) go("reached");
      else {
        go("away");
        if (!isOver) timer = setTimeout(find, wait);
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      }
    } finally {
      isAsking = false;
    }
  };
  const lookAgain = (isThere: boolean) => {
    if (!isThere || reachNow() === "reached") return;
    wait = FIRST_WAIT_MS;
    void find();
  };
  const endings = [
    cache.subscribe((event) => {
      if (event.type !== "updated") return;
      const { action } = event;
      const reach = reachNow();
      if (action.type === "error" && isSignedOut(action.error)) go("signed-out");
      // A single read that isn't answered needn't mean that none is.
      if (action.type === "error" && isAway(action.error) && reach === "reached") void find();
      if (action.type === "success" && !action.manual && reach === "away") void find();
    }),
    focusManager.subscribe(lookAgain),
    onlineManager.subscribe(lookAgain),
  ];
  hear(false);
  return () => {
    isOver = true;
    leave();
    again.stop();
    for (const end of endings) end();
    setReach("reached");
  };
}

type StayCurrentOptions = {
  onCurrency: (currency: Currency) => void;
  /** Where live events come from. */
  listen?: typeof listenLive;
};
