import * as z from "zod";

export const FlagStrategy = z.object({
  id: z.string(),
  name: z.string(),
  disabled: z.boolean(),
  parameters: z.record(z.string(), z.string()),
  constraints: z.array(z.record(z.string(), z.unknown())),
  segments: z.array(z.number()),
  variants: z.array(z.record(z.string(), z.unknown())),
});
export type FlagStrategy = z.infer<typeof FlagStrategy>;

/** A group of customers by rules, shared by many flags; here with the rules it has right now. */
export const FlagSegment = z.object({
  id: z.number(),
  name: z.string(),
  constraints: z.array(z.record(z.string(), z.unknown())),
});
export type FlagSegment = z.infer<typeof FlagSegment>;

/** What a flag does in one environment, product-neutral enough to show, exact enough to restore. */
export const FlagState = z.object({
  enabled: z.boolean(),
  strategies: z.array(FlagStrategy),
  variants: z.array(z.record(z.string(), z.unknown())),
  /** The segments its strategies name; absent where it names none or their rules aren't known. */
  segments: z.array(FlagSegment).optional(),
});
export type FlagState = z.infer<typeof FlagState>;
