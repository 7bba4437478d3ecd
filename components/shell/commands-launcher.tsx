"use client";
import { useRouter } from "next/navigation";
import { lazy, Suspense, useEffect, useState } from "react";
import { runKey } from "@/components/action/action-registry";
import { useAction } from "@/components/action/use-action";

const Palette = lazy(() => import("@/components/action/palette"));
const Help = lazy(() => import("@/components/action/help"));

const keepFocus = () => void import("./keep-focus").then((loaded) => loaded.keepFocus());

/**
 * The search field that is a button, and what is pressed anywhere: the keys of the page, and once more what
 * was pressed before anything answered.
 */
export function CommandsLauncher() {
  const [open, setOpen] = useState<"palette" | "help" | null>(null);
  const close = () => setOpen(null);
  const router = useRouter();
  useAction({
    id: "drill",
    label: "Hold a drill",
    group: "Go to",
    run: () => router.push("/incidents/new?drill=on"),
  });
  useAction({
    id: "palette",
    label: "Search or act",
    group: "Help",
    keys: "mod+k",
    run: () => setOpen((now) => (now === "palette" ? null : "palette")),
  });
  useAction({
    id: "search",
    label: "Search",
    group: "Help",
    keys: "/",
    run: () => setOpen("palette"),
  });
  useAction({
    id: "help",
    label: "Keys on this page",
    group: "Help",
    keys: "?",
    run: () => setOpen("help"),
  });
  useEffect(() => {
    document.addEventListener("keydown", runKey);
    // No focus is lost before something has it. Once begun, it is kept as long as the document.
    document.addEventListener("focusin", keepFocus, { once: true });
    // After the effects of the whole page, which register what its buttons do.
    const soon = setTimeout(() => window.knownGoodEarlyPress?.begin(), 0);
    return () => {
      document.removeEventListener("keydown", runKey);
      clearTimeout(soon);
    };
  }, []);
  return (
    <>
      <button
        type="button"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => setOpen("palette")}
        className="flex min-h-8 items-center justify-between gap-2 rounded-md border border-edge bg-surface px-2 text-ink-3 md:w-full"
      >
        <span className="max-md:sr-only">Search or act</span>
        <svg className="md:hidden" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="7" cy="7" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.6" />
          <path d="m10.5 10.5 3.5 3.5" stroke="currentColor" strokeWidth="1.6" />
        </svg>
        <span aria-hidden="true" className="hidden font-mono text-[0.6875rem] md:inline">
          ⌘K
        </span>
      </button>
      <Suspense fallback={null}>
        {open === "palette" ? <Palette onClose={close} /> : null}
        {open === "help" ? <Help onClose={close} /> : null}
      </Suspense>
    </>
  );
}
