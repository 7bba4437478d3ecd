/** A key, drawn; hidden from readers, which hear `aria-keyshortcuts` instead. */
export function Keycap({ children }: { children: string }) {
  return (
    <span
      aria-hidden="true"
      className="ms-0.5 hidden rounded border border-current px-1 font-mono text-[0.6875rem] leading-4 opacity-75 md:inline"
    >
      {children}
    </span>
  );
}
