export type LiveEvent = { topic: string; key: string | null };

export type EventStream = {
  /** Waits for the next event, of those that came since `forget` or the last one it answered. */
  next(withinMs: number): Promise<LiveEvent>;
  /** Forgets what came until now. */
  forget(): void;
  close(): void;
};

/** The console's live events, as an open page follows them. */
export async function followEvents(url: string, token: string): Promise<EventStream> {
  const stop = new AbortController();
  const response = await fetch(`${url}/api/events`, {
    headers: { authorization: `Bearer ${token}` },
    signal: stop.signal,
  });
  const { body } = response;
  if (!response.ok || !body) throw new Error(`The events were answered ${response.status}.`);
  const waiting: LiveEvent[] = [];
  let wake: () => void = () => undefined;
  let ended: string | null = null;
  const read = async () => {
    let rest = "";
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const frames = (rest + text).split("\n\n");
      rest = frames.pop() ?? "";
      for (const frame of frames) {
        const data = frame.split("\n").find((line) => line.startsWith("data: "));
        if (data) waiting.push(JSON.parse(data.slice(6)) as LiveEvent);
      }
      wake();
    }
  };
  void read()
    .then(
      () => "The console ended its events.",
      (error: unknown) => `The events broke off: ${error}`,
    )
    .then((why) => {
      ended = why;
      wake();
    });
  return {
    async next(withinMs) {
      const deadline = performance.now() + withinMs;
      for (;;) {
        const event = waiting.shift();
        if (event) return event;
        const leftMs = deadline - performance.now();
        if (ended !== null || leftMs <= 0) throw new Error(ended ?? "No event came in time.");
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, leftMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    forget: () => void waiting.splice(0),
    close: () => stop.abort(),
  };
}
