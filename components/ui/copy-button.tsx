"use client";
import { announce } from "@/components/announcer/announce";
import { Button, type ButtonProps } from "./button";

/** Copies `text()`; says so in the live region, or how to do it by hand when the browser refuses. */
export function CopyButton({
  text,
  said,
  children,
  ...rest
}: Omit<ButtonProps, "onClick"> & { text: () => string | Promise<string>; said: string }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(await text());
      announce(said);
    } catch {
      announce("The browser refused to copy. Select the text and copy it by hand.");
    }
  };
  return (
    <Button size="small" {...rest} onClick={() => void copy()}>
      {children}
    </Button>
  );
}
