import { type Asked, ask, askRaw } from "./ask.ts";

type Expect = (what: string, holds: boolean, got?: unknown) => void;

const PAGES = ["/", "/services", "/services/checkout", "/incidents", "/settings"];

const HEADERS: Record<string, string>[] = [
  { "x-middleware-subrequest": "middleware:middleware:middleware:middleware:middleware" },
  { "x-middleware-subrequest": "src/middleware" },
  { "x-middleware-prefetch": "1" },
  { "x-middleware-rewrite": "/services" },
  { "x-middleware-next": "1" },
  { "x-invoke-path": "/services", "x-invoke-status": "200" },
  { "x-matched-path": "/services" },
  { "x-now-route-matches": "1=checkout" },
  { "x-nextjs-data": "1" },
  { "next-action": "x", "content-type": "text/plain" },
  { rsc: "1" },
  { rsc: "1", "next-router-prefetch": "1" },
  { rsc: "1", "next-router-segment-prefetch": "/_tree" },
  { rsc: "1", "next-router-state-tree": "%5B%22%22%2C%7B%7D%2Cnull%2Cnull%2Ctrue%5D" },
  { "x-forwarded-host": "localhost", "x-forwarded-proto": "https" },
  { "x-original-url": "/services", "x-rewrite-url": "/services" },
  { purpose: "prefetch" },
];

const disguised = (path: string): string[] => [
  `${path}.rsc`,
  `${path}.segments/_tree.segment.rsc`,
  `${path}.segments/!KGNvbnNvbGUp.segment.rsc`,
  `/_next/data/build-id${path === "/" ? "/index" : path}.json`,
  `/${path}`,
  `/.${path}`,
  `/x/..${path}`,
  `/%2e%2e${path}`,
  `/en${path}`,
  `/en-US${path}`,
  `${path}?nxtPname=checkout&nxtPid=INC-1`,
  `${path}?_rsc=1`,
  `${path}?__nextLocale=en&__nextDataReq=1`,
  path.replaceAll("/", "/%2f"),
  path.toUpperCase(),
  `${path};x=1`,
  `${path}%00`,
  `${path}/`,
  `/_next/..${path}`,
  `/_next/static/..%2f..${path}`,
  `/_next/image?url=${encodeURIComponent(path)}&w=64&q=75`,
];

/**
 * Known ways around a framework's door. None may show the canary without a session; with one, the
 * canary is there, or the check would prove nothing.
 */
export async function checkBypasses(
  url: string,
  session: Record<string, string>,
  canary: string,
  expect: Expect,
): Promise<void> {
  const cookie = { cookie: session.cookie ?? "" };
  const seen = await ask(url, "GET", "/api/services", cookie);
  expect("with a session the canary is there", seen.text.includes(canary), seen.status);
  for (const page of ["/services", "/services/checkout"]) {
    const html = await ask(url, "GET", page, cookie);
    expect(`with a session ${page} has the canary`, html.text.includes(canary), html.status);
    const flight = await askFlight(url, page, cookie);
    expect(`with a session ${page} as a component too`, flight.text.includes(canary));
  }
  const targets = [...PAGES, "/api/services", "/api/services/checkout"];
  for (const path of targets) {
    for (const headers of HEADERS) {
      const got = await ask(url, "GET", path, headers);
      const how = `${path} with ${Object.keys(headers).join(", ")}`;
      // An answer without anything in it shows nothing either.
      const isEmpty = /^(\{\})?$/.test(got.text);
      expect(`${how}: no page`, got.status >= 300 || isEmpty, got.status);
      expect(`${how}: no canary`, !got.text.includes(canary));
    }
    for (const other of disguised(path)) {
      const got = await ask(url, "GET", other);
      expect(`${other}: no page`, got.status >= 300 || isRefusal(got), got.status);
      expect(`${other}: no canary`, !got.text.includes(canary));
      const flight = await askFlight(url, other, {});
      expect(`${other} as a component: nothing`, flight.status >= 300 || isRefusal(flight));
      expect(`${other} as a component: no canary`, !flight.text.includes(canary));
    }
    const host = new URL(url).host;
    const lines = `Host: ${host}\r\nConnection: close\r\n\r\n`;
    const absolute = await askRaw(url, `GET http://${host}${path} HTTP/1.1\r\n${lines}`);
    expect(`${path} in absolute form`, !/^HTTP\/1\.1 200/.test(absolute), absolute.slice(0, 15));
    expect(`${path} in absolute form: no canary`, !absolute.includes(canary));
    const upgrade = `Host: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;
    const upgraded = await askRaw(url, `GET ${path} HTTP/1.1\r\n${upgrade}`);
    expect(`${path} as a WebSocket`, upgraded.startsWith("HTTP/1.1 400"), upgraded.slice(0, 15));
  }
}

/** A page as the browser's own navigation asks for it; Next answers first with the exact address. */
async function askFlight(url: string, path: string, shown: Record<string, string>): Promise<Asked> {
  const headers = { rsc: "1", accept: "text/x-component", ...shown };
  const first = await ask(url, "GET", path, headers);
  const to = first.headers.get("location");
  return first.status === 307 && to?.startsWith("/") ? ask(url, "GET", to, headers) : first;
}

/** Inside a navigation the 401 travels in the body: the status is sent before the page is decided. */
function isRefusal(got: Asked): boolean {
  return (
    got.headers.get("content-type")?.startsWith("text/x-component") === true &&
    got.text.includes("NEXT_HTTP_ERROR_FALLBACK;401")
  );
}
