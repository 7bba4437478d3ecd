/** The sign of the product: a ring that closes in a tick. */
export function Mark({ size = 18 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 18 18"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      className="shrink-0 text-good"
    >
      <path d="M12.6 2.9A7.2 7.2 0 1 0 16.2 9" />
      <path d="m6 8.8 2.6 2.6 7-7.4" />
    </svg>
  );
}
