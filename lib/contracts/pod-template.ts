import * as z from "zod";

/**
 * A Pod template as a cluster gave it. Fields that we don't reason about pass through untouched,
 * because the template is sent back as it was.
 */
export const PodTemplate = z.looseObject({
  metadata: z
    .looseObject({
      labels: z.record(z.string(), z.string()).optional(),
      annotations: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  spec: z.record(z.string(), z.unknown()),
});
export type PodTemplate = z.infer<typeof PodTemplate>;
