/** A table as a file, in both formats. `href` is given the format. */
export function ExportLinks({
  what,
  href,
}: {
  what: string;
  href: (format: "csv" | "json") => string;
}) {
  return (
    <span className="flex gap-1">
      {(["csv", "json"] as const).map((format) => (
        <a
          key={format}
          href={href(format)}
          download
          aria-label={`${what} as ${format.toUpperCase()}`}
          className="inline-flex min-h-6 items-center px-1 text-meta text-ink-2 underline underline-offset-2 hover:text-ink"
        >
          {format.toUpperCase()}
        </a>
      ))}
    </span>
  );
}
