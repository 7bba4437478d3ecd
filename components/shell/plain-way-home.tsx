/**
 * The way to Now from a page that stands alone, with a full load: what those pages use is sent along with
 * every other page, and the script of a link that needs no load would be sent twice.
 */
export function PlainWayHome() {
  return (
    <a href="/" className="font-medium text-accent underline underline-offset-2">
      Go to Now
    </a>
  );
}
