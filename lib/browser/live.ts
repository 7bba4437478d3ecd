import type { LiveEvent, LiveTopic } from "@/lib/contracts/live-event";

/** `live`: events arrive; `paused`: they don't, so pages read again every five seconds. */
export type LiveState = "connecting" | "live" | "paused";

type Listener = { onEvent: (event: LiveEvent) => void; onState: (state: LiveState) => void };

type Shared = { event: LiveEvent } | { state: LiveState } | { hello: true };

const CHANNEL = "known-good-live";
const RETRY_MS = 5_000;

/** Opens the stream itself and keeps it open. Returns a function that closes it. */
function openStream({ onEvent, onState }: Listener): () => void {
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let last = "";
  const open = () => {
    source = new EventSource(`/api/events${last ? `?after=${encodeURIComponent(last)}` : ""}`);
    source.onopen = () => onState("live");
    source.onmessage = (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as LiveEvent;
      last = message.lastEventId || event.id;
      onEvent(event);
    };
    source.onerror = () => {
      onState("paused");
      // A refused stream (401, 503) is closed for good by the browser: try again ourselves.
      if (source?.readyState !== EventSource.CLOSED) return;
      clearTimeout(retry);
      retry = setTimeout(open, RETRY_MS);
    };
  };
  open();
  return () => {
    clearTimeout(retry);
    source?.close();
  };
}

/**
 * Live events for this tab. One tab of the browser holds the stream (the holder of a Web Lock) and
 * passes events on, because a browser allows only six HTTP/1.1 connections to one host. Where locks
 * are missing, every tab opens its own.
 */
export function listenLive(listener: Listener): () => void {
  if (!("locks" in navigator) || !("BroadcastChannel" in window)) return openStream(listener);
  const channel = new BroadcastChannel(CHANNEL);
  const stop = new AbortController();
  let state: LiveState = "connecting";
  let leads = false;
  channel.onmessage = (message: MessageEvent<Shared>) => {
    const said = message.data;
    if ("event" in said) listener.onEvent(said.event);
    else if ("state" in said) listener.onState(said.state);
    else if (leads) channel.postMessage({ state });
  };
  channel.postMessage({ hello: true });
  navigator.locks
    .request(CHANNEL, { signal: stop.signal }, async () => {
      leads = true;
      const close = openStream({
        onEvent: (event) => {
          listener.onEvent(event);
          channel.postMessage({ event });
        },
        onState: (next) => {
          state = next;
          listener.onState(next);
          channel.postMessage({ state: next });
        },
      });
      await new Promise<void>((resolve) => {
        if (stop.signal.aborted) resolve();
        stop.signal.addEventListener("abort", () => resolve());
      });
      close();
    })
    .catch(() => undefined);
  return () => {
    stop.abort();
    channel.close();
  };
}

/** First words of the query keys that a topic makes stale. */
export const staleByTopic: Record<LiveTopic, string[]> = {
  changes: ["changes", "service", "incident", "levers"],
  incidents: ["incidents", "loose-ends"],
  incident: ["incident", "incidents", "retro", "recovery"],
  restoration: ["incident", "levers", "changes", "recovery", "loose-ends"],
  sources: ["sources", "signal"],
  services: ["services", "service"],
  retro: ["retro", "retros", "follow-ups"],
  retros: ["retros", "reminders", "follow-ups"],
  freezes: ["freezes", "incident", "levers", "loose-ends"],
};
