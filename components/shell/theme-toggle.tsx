"use client";
import { useState } from "react";
import { useAction } from "@/components/action/use-action";
import { announce } from "@/components/announcer/announce";

export type Theme = "system" | "light" | "dark";

const next: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const YEAR_MS = 31_536_000_000;

function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  // A cookie, so that the server draws the right theme at once and nothing flashes. Browsers offer
  // the store on https and on this machine; elsewhere the choice lasts as long as the page.
  if (!("cookieStore" in window)) return;
  const expires = theme === "system" ? 0 : Date.now() + YEAR_MS;
  void window.cookieStore.set({ name: "known-good-theme", value: theme, path: "/", expires });
}

/** Light, dark or as the system has it; remembered. */
export function ThemeToggle({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState<Theme>(initial);
  const turn = () => {
    const chosen = next[theme];
    applyTheme(chosen);
    setTheme(chosen);
    announce(`Theme: ${chosen}.`);
  };
  useAction({ id: "theme", label: "Change theme", group: "Appearance", run: turn });
  return (
    <button
      type="button"
      onClick={turn}
      className="flex min-h-7 w-full items-center gap-2 rounded-md px-2 text-meta text-ink-2 hover:bg-sunken"
    >
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        <circle cx="6" cy="6" r="5" fill="none" stroke="currentColor" strokeWidth="1.4" />
        <path d="M6 1a5 5 0 0 1 0 10Z" fill="currentColor" />
      </svg>
      <span>Theme</span>
      <span className="ms-auto text-ink-3 capitalize">{theme}</span>
    </button>
  );
}
