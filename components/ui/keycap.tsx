/**
 * A key on the corner of its button, drawn only while it acts: while a list or panel of keys has the
 * focus. Hidden from readers, which hear `aria-keyshortcuts` instead.
 */
export function Keycap({ children }: { children: string }) {
  return (
    <span
      aria-hidden="true"
      className="absolute -end-1.5 -top-2 hidden rounded border border-edge bg-surface px-1 font-mono text-[0.6875rem] leading-4 font-medium text-ink-2 [:root:has([data-keys]:focus-within)_&]:block"
    >
      {children}
    </span>
  );
}
