import type { ComponentProps } from "react";
import { Keycap } from "./keycap";

const looks = {
  primary: "border-accent bg-accent text-on-accent font-semibold",
  plain: "border-edge bg-surface text-ink font-medium hover:bg-sunken",
  quiet: "border-transparent bg-transparent text-ink-2 font-medium hover:bg-sunken",
} as const;

const sizes = {
  normal: "min-h-8 px-3 py-1 text-body",
  small: "min-h-7 px-2.5 text-meta",
} as const;

export type ButtonProps = ComponentProps<"button"> & {
  look?: keyof typeof looks;
  size?: keyof typeof sizes;
  /** Key that does the same, shown on the button while it acts. */
  keycap?: string;
};

/** The one button. A disabled one keeps its reason beside it, never only in a tooltip. */
export function Button({
  look = "plain",
  size = "normal",
  keycap,
  className = "",
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      className={`relative inline-flex items-center justify-center gap-1.5 rounded-[7px] border text-start disabled:cursor-not-allowed disabled:opacity-60 aria-disabled:opacity-60 ${looks[look]} ${sizes[size]} ${className}`}
      {...rest}
    >
      {children}
      {keycap ? <Keycap>{keycap}</Keycap> : null}
    </button>
  );
}
