/** What a search found: the words between « and » are marked. */
export function Excerpt({ text }: { text: string }) {
  const parts = text.split(/«([^«»]*)»/);
  return (
    <p className="text-meta text-ink-2 wrap-anywhere">
      {parts.map((part, index) => {
        const key = `${parts.slice(0, index).join("").length} ${part.length}`;
        return index % 2 === 1 ? (
          <mark key={key} className="rounded-sm bg-warn-soft font-medium text-ink">
            {part}
          </mark>
        ) : (
          <span key={key}>{part}</span>
        );
      })}
    </p>
  );
}
