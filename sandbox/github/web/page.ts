import type { Answer } from "../exchange.ts";
import type { FileChange } from "../git-history.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import { Html, html } from "./html.ts";

const STYLE = new Html(`
:root { color-scheme: light dark; --line: light-dark(#d1d9e0, #3d444d); --soft: light-dark(#f6f8fa, #151b23);
  --text: light-dark(#1f2328, #f0f6fc); --quiet: light-dark(#59636e, #9198a1); --link: light-dark(#0969da, #4493f8);
  --good: light-dark(#1a7f37, #3fb950); --bad: light-dark(#cf222e, #f85149); --done: light-dark(#8250df, #ab7df8);
  --added: light-dark(#dafbe1, #12261e); --removed: light-dark(#ffebe9, #25171c); }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: light-dark(#fff, #0d1117); }
header, main { max-width: 68rem; margin: 0 auto; padding: 1rem; }
header { border-bottom: 1px solid var(--line); }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
h1 { font-size: 1.5rem; margin: 0.5rem 0; overflow-wrap: anywhere; } h2 { font-size: 1rem; margin: 1.5rem 0 0.5rem; }
ul.rows { list-style: none; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: 6px; }
ul.rows li { padding: 0.5rem 0.75rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; } ul.rows li:first-child { border: 0; }
.quiet { color: var(--quiet); } .state { color: #fff; border-radius: 2rem; padding: 0.15rem 0.75rem; font-weight: 600; }
.open { background: #1f883d; } .merged { background: #8250df; } .closed { background: #cf222e; }
.label { border: 1px solid var(--line); border-radius: 2rem; padding: 0 0.5rem; font-size: 0.8rem; }
.body { white-space: pre-wrap; background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem; overflow-wrap: anywhere; }
.file { border: 1px solid var(--line); border-radius: 6px; margin: 0 0 1rem; overflow: hidden; }
.file h3 { margin: 0; padding: 0.5rem 0.75rem; font: 600 13px ui-monospace, monospace; background: var(--soft); }
pre { margin: 0; overflow-x: auto; font: 12px/1.5 ui-monospace, monospace; } pre span { display: block; padding: 0 0.75rem; min-height: 1.5em; }
.add { background: var(--added); } .del { background: var(--removed); } .hunk { color: var(--quiet); background: var(--soft); }
.success { color: var(--good); } .failure { color: var(--bad); }
button { font: inherit; font-weight: 600; color: #fff; background: #1f883d; border: 0; border-radius: 6px; padding: 0.5rem 1rem; cursor: pointer; }
button[disabled] { background: var(--quiet); cursor: default; }
`);

/** A whole page. Its policy forbids scripts, so that escaping is not the only guard. */
export function page(title: string, body: Html, repository?: HostedRepository | null): Answer {
  const home = repository
    ? html`<a href="/${repository.fullName}"><strong>${repository.fullName}</strong></a>`
    : html`<strong>Sandbox</strong>`;
  const text = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${STYLE}</style></head>
<body><header>${home} <span class="quiet">· a small GitHub for trying things out</span></header>
<main>${body}</main></body></html>`;
  const policy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";
  // With "no-referrer" browsers would send a form of our own with the origin "null".
  return {
    html: text.text,
    headers: { "content-security-policy": policy, "referrer-policy": "same-origin" },
  };
}

/** A time with what machines read. */
export function timeTag(at: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace("T", " ")} UTC</time>`;
}

function line(text: string): Html {
  const kind = text.startsWith("+")
    ? "add"
    : text.startsWith("-")
      ? "del"
      : text.startsWith("@@")
        ? "hunk"
        : "";
  return html`<span class="${kind}">${text}</span>`;
}

/** Files of a diff with their hunks. */
export function diffView(files: FileChange[]): Html {
  return html`${files.map((file) => {
    const name = file.previousPath ? `${file.previousPath} → ${file.path}` : file.path;
    const hunks = file.patch?.split("\n").map(line);
    return html`<section class="file"><h3>${name} <span class="success">+${file.additions}</span> <span class="failure">−${file.deletions}</span></h3>
<pre>${hunks ?? html`<span class="quiet">No text to show (${file.status})</span>`}</pre></section>`;
  })}`;
}
