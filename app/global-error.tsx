"use client";
import "./globals.css";

/** When even the document could not be made. Of few parts: it is sent along with every page. */
export default function GlobalError({
  error: { digest },
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <html lang="en">
      <body className="p-4">
        <title>Known Good</title>
        <h1 className="text-title">This page can't be shown right now</h1>
        <p>
          Nothing that is under way was stopped by this.
          {digest ? ` Quote ${digest} when asking for help.` : ""}
        </p>
        <button type="button" onClick={reset} className="underline">
          Try again
        </button>
      </body>
    </html>
  );
}
