"use client";
import type { KeyboardEvent } from "react";

/** J, K and the arrows move the focus over the links of a list; Enter opens, as links do. */
export function moveInList(event: KeyboardEvent<HTMLElement>): void {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (!step || event.metaKey || event.ctrlKey || event.altKey) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-item]")];
  const here = document.activeElement;
  const index = all.findIndex((each) => each === here || each.contains(here));
  const next = all[Math.min(all.length - 1, Math.max(0, index + step))];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
