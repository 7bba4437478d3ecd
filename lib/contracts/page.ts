import * as z from "zod";

/** A keyset page: pass `next` as `after` to read on; null when there is no more. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable() });
export type Page<T> = { items: T[]; next: string | null };
