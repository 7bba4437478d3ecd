import { createHash } from "node:crypto";
import type { Answer, Exchange } from "../exchange.ts";
import type { Route } from "../router.ts";
import { html } from "./html.ts";
import { issuePages } from "./issue-pages.ts";
import { mergePages } from "./merge-pages.ts";
import { repositoryPages } from "./repository-pages.ts";
import { signInRoutes } from "./sign-in.ts";

function avatar(exchange: Exchange): Answer {
  const login = exchange.params.login ?? "";
  const hue = createHash("sha256").update(login).digest().readUInt16BE(0) % 360;
  const letters = login.replace(/[^\p{L}\p{N}]/gu, "").slice(0, 2);
  const svg = html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="hsl(${hue} 45% 40%)"/><text x="20" y="26" font-family="sans-serif" font-size="16" fill="#fff" text-anchor="middle">${letters}</text></svg>`;
  const policy = "default-src 'none'";
  return {
    text: svg.text,
    headers: { "content-type": "image/svg+xml", "content-security-policy": policy },
  };
}

function root(exchange: Exchange): Answer {
  const { repository } = exchange.site;
  return repository
    ? { status: 302, headers: { location: `/${repository.fullName}` } }
    : { text: "Nothing is seeded yet.\n", headers: { "content-type": "text/plain" } };
}

/** Everything that is not the API. The repository's pages match any two segments, so they come last. */
export const webRoutes: Route[] = [
  { method: "GET", pattern: "/", handle: root },
  { method: "GET", pattern: "/avatars/:login", handle: avatar },
  ...signInRoutes,
  ...issuePages,
  ...mergePages,
  ...repositoryPages,
];
