/** A flake of ice: deliveries are frozen. The words beside it say so too. */
export function FreezeGlyph() {
  return (
    <svg
      width="14"
      height="14"
      viewBox="0 0 16 16"
      aria-hidden="true"
      className="inline-block shrink-0 align-[-2px]"
    >
      <path
        d="M8 1.5v13M2.4 4.75l11.2 6.5M2.4 11.25l11.2-6.5M6 2.8l2 1.7 2-1.7M6 13.2l2-1.7 2 1.7"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
