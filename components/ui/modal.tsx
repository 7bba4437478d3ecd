"use client";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { Button } from "./button";

/**
 * A native modal dialog: Esc, the backdrop and Close end it, and focus goes back where it was. What
 * is marked with `data-first` has the focus at first.
 */
export function Modal({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    if (element && !element.open) element.showModal();
    // Opening moves the focus to the first thing in the dialog, which is Close.
    element?.querySelector<HTMLElement>("[data-first]")?.focus();
    element?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => {
      element?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()}
      className="max-h-[85dvh] w-[min(46rem,calc(100vw-1.5rem))] overflow-y-auto rounded-xl border border-line bg-surface p-0 text-ink"
    >
      <header className="sticky top-0 flex items-center gap-3 border-b border-line bg-surface px-4 py-2.5">
        <h2 id={id} className="min-w-0 flex-1 text-head">
          {title}
        </h2>
        <Button size="small" onClick={onClose}>
          Close
        </Button>
      </header>
      <div className="p-4">{children}</div>
    </dialog>
  );
}
