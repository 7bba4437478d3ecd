import type { ReactNode } from "react";
import "./paper.css";

/** Pages for paper: no frame of the console around them. */
export default function PaperLayout({ children }: { children: ReactNode }) {
  return <div data-paper>{children}</div>;
}
