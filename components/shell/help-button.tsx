"use client";
import { actionRegistry } from "@/components/action/action-registry";

/** The way to the help for who doesn't know its key; what it opens is loaded then. */
export function HelpButton() {
  return (
    <button
      type="button"
      aria-keyshortcuts="?"
      onClick={() => actionRegistry.byKeys("?")?.run()}
      className="flex min-h-7 items-center gap-2 rounded-md px-2 text-meta text-ink-2 hover:bg-sunken"
    >
      <span aria-hidden="true" className="w-3 text-center font-semibold">
        ?
      </span>
      Help
    </button>
  );
}
