"use client";

/**
 * A page that could not be made. The message stays on the server; the id finds it in the log. Its parts
 * are its own: this is sent along with every page, and what it shared with others would be sent twice.
 */
export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col items-start justify-center gap-3 p-4">
      <p className="font-semibold">Known Good</p>
      <h1 className="text-title">This page can't be shown right now</h1>
      <p>
        The server could not make it: its database may be away, or it met a bug. Nothing that is
        under way was stopped by this.
      </p>
      {error.digest ? (
        <p className="text-meta">
          Quote <code>{error.digest}</code> when asking for help.
        </p>
      ) : null}
      <button
        type="button"
        onClick={reset}
        className="min-h-8 rounded-[7px] border border-edge bg-surface px-3 font-medium text-ink hover:bg-sunken"
      >
        Try again
      </button>
    </main>
  );
}
