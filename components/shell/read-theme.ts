import type { Theme } from "./theme-toggle";

/** The theme a cookie names; anything unknown is the system's. */
export function readTheme(value: string | undefined): Theme {
  return value === "light" || value === "dark" ? value : "system";
}
