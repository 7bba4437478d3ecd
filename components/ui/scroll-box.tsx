"use client";
import { type ReactNode, useEffect, useRef } from "react";

/**
 * A region that scrolls sideways where its content is wider than the page. Then, and only then, it
 * takes focus, so that the arrow keys can scroll it too.
 */
export function ScrollBox({ label, children }: { label: string; children: ReactNode }) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => {
      if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
      else element.removeAttribute("tabindex");
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);
  return (
    <section ref={box} aria-label={label} className="relative overflow-x-auto scroll-cue">
      {children}
    </section>
  );
}
