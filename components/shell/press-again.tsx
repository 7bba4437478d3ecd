"use client";
import { useEffect } from "react";

/** Has pressed once more what was pressed before anything answered. */
export function PressAgain() {
  useEffect(() => {
    // After the effects of the whole page, which register what its buttons do.
    const soon = setTimeout(() => window.knownGoodEarlyPress?.begin(), 0);
    return () => clearTimeout(soon);
  }, []);
  return null;
}
