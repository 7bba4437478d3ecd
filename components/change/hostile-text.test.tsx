import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { ExternalLink } from "@/components/ui/external-link";
import type { FlagState } from "@/lib/contracts/flag-state";
import { FlagStateList } from "./flag-state-list";

const HOSTILE = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "javascript:alert(1)",
  "JaVa\tScript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  'https://a.example/"onmouseover="alert(1)',
  "\u202egpj.exe",
];

/** Elements and attributes that a browser would see. */
function seen(html: string) {
  return {
    tags: [...html.matchAll(/<([a-z0-9]+)/gi)].map(([, tag]) => tag),
    handlers: [...html.matchAll(/<[^>]*\son\w+\s*=/gi)].length,
    links: [...html.matchAll(/<[^>]*\s(?:href|src)="([^"]*)"/gi)].map(([, link]) => link ?? ""),
  };
}

test.each(HOSTILE)("%j stays text, and leads nowhere but to the web", (text) => {
  const state: FlagState = {
    enabled: true,
    strategies: [
      {
        ...{ id: text, name: text, disabled: false, parameters: { [text]: text, rollout: text } },
        ...{ constraints: [{ contextName: text, values: [text] }], segments: [1], variants: [] },
      },
    ],
    variants: [{ name: text, payload: { type: "string", value: text } }],
  };
  const html = [
    renderToStaticMarkup(<ExternalLink href={text}>{text}</ExternalLink>),
    renderToStaticMarkup(<FlagStateList title={text} state={state} />),
  ].join("");
  const { tags, handlers, links } = seen(html);
  expect(tags).not.toContain("script");
  expect(tags).not.toContain("img");
  expect(handlers).toBe(0);
  for (const link of links) expect(link).toMatch(/^https?:\/\//);
});
