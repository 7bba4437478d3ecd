import * as z from "zod";
import { OffsetMoment } from "./moment";

const Labels = z.record(z.string(), z.string());

/** What Alertmanager's webhook sends (version 4): one group of alerts. */
export const AlertGroup = z.object({
  version: z.string(),
  groupKey: z.string().min(1),
  receiver: z.string(),
  status: z.enum(["firing", "resolved"]),
  commonLabels: Labels.default({}),
  commonAnnotations: Labels.default({}),
  alerts: z
    .array(
      z.object({
        status: z.enum(["firing", "resolved"]),
        labels: Labels,
        annotations: Labels.default({}),
        startsAt: OffsetMoment,
        endsAt: z.iso.datetime({ offset: true }),
        generatorURL: z.string().default(""),
        fingerprint: z.string(),
      }),
    )
    .min(1),
});
export type AlertGroup = z.infer<typeof AlertGroup>;
