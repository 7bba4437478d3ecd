"use client";
import "./globals.css";
import PageError from "./error";

/** When even the document could not be made. */
export default function GlobalError(props: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <html lang="en">
      <body>
        <title>Known Good</title>
        <PageError {...props} />
      </body>
    </html>
  );
}
