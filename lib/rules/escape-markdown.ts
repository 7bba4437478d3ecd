/** Text as one line of Markdown that shows exactly these characters: no markup, no HTML, no line end. */
export function escapeInline(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim()
    .replace(/[\\`*_{}[\]<>#+\-.!|~&$^=()@:]/g, (mark, offset: number, all: string) =>
      needsEscape(mark, offset, all) ? `\\${mark}` : mark,
    );
}

/** Marks that mean something only at the start of a line or before a digit's end stay readable elsewhere. */
function needsEscape(mark: string, offset: number, all: string): boolean {
  const before = all.slice(0, offset);
  switch (mark) {
    case "#":
    case "+":
    case "-":
    case "=":
      return before === "" || (mark === "-" && before.endsWith("-"));
    case ".":
    case ")":
      return /^\d{1,9}$/.test(before);
    case "(":
      return before.endsWith("]");
    case "!":
      return all[offset + 1] === "[";
    // A bare address or mention would become a link to somewhere, or wake somebody up.
    case ":":
      return /(?:https?|ftp|mailto|xmpp)$/i.test(before);
    case "@":
      return true;
    case "$":
    case "^":
      return mark === "$";
    default:
      return true;
  }
}

/** Text of several lines: paragraphs, lists of "- " and "1. " and line ends stay, all else is escaped. */
export function escapeBlock(text: string): string {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const out: string[] = [];
  for (const [index, line] of lines.entries()) {
    const [, marker = "", rest = line] = /^\s*([-*]|\d{1,4}[.)])\s+(.*)$/.exec(line) ?? [];
    const escaped = escapeInline(rest);
    if (marker !== "") {
      out.push(`${marker === "*" ? "-" : marker} ${escaped}`);
      continue;
    }
    const next = lines[index + 1];
    const isBroken = escaped !== "" && next !== undefined && next.trim() !== "";
    // A backslash at a line's end keeps the line end in every renderer; two spaces get trimmed.
    out.push(isBroken && !/^\s*([-*]|\d{1,4}[.)])\s+/.test(next) ? `${escaped}\\` : escaped);
  }
  return out
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** A cell of a table. */
export function escapeCell(text: string): string {
  return escapeInline(text);
}

/** A link, or the text alone when the address is none that a browser should follow. */
export function markdownLink(text: string, url: string | null): string {
  const shown = escapeInline(text);
  if (url === null || !/^https?:\/\//i.test(url)) return shown;
  const address = url.replace(/[<>\\()|\s"'`\p{Cc}]/gu, (mark) =>
    encodeURIComponent(mark).replace(/[()']/g, percent),
  );
  return `[${shown}](${address})`;
}

function percent(mark: string): string {
  return `%${mark.charCodeAt(0).toString(16).toUpperCase()}`;
}
