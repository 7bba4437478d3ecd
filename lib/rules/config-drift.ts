import * as z from "zod";
import { PodTemplate } from "@/lib/contracts/pod-template";
import { compareTemplates, keyOf } from "./compare-templates";

const Applied = z.object({
  spec: z.object({ replicas: z.number().optional(), template: PodTemplate }),
});

/** What `kubectl apply` last recorded of a Deployment; null when it isn't readable. */
export type AppliedDeployment = { replicas: number | null; template: PodTemplate };

/** Reads the annotation in which `kubectl apply` keeps what it was given. */
export function readApplied(annotation: string): AppliedDeployment | null {
  try {
    const parsed = Applied.safeParse(JSON.parse(annotation));
    if (!parsed.success) return null;
    const { replicas = null, template } = parsed.data.spec;
    return { replicas, template };
  } catch {
    return null;
  }
}

/**
 * Fields in which a live template is another than the one that was last applied, in words. What the
 * server filled in, or wrote in another way ("0.5" CPUs as "500m"), is no difference; variables,
 * containers and volumes that only the live one has are.
 */
export function driftFromApplied(applied: AppliedDeployment, live: PodTemplate): string[] {
  const stated = statedPart(live, applied.template, "") as PodTemplate;
  return compareTemplates(applied.template, stated);
}

/** Of `live`, what `applied` speaks of. */
function statedPart(live: unknown, applied: unknown, field: string): unknown {
  if (Array.isArray(live) && Array.isArray(applied)) {
    const named = new Map(applied.map((one) => [keyOf(one), one]));
    if (named.has(null)) return live;
    return live.map((one) => {
      const match = named.get(keyOf(one));
      return match === undefined ? one : statedPart(one, match, "");
    });
  }
  if (isTree(live) && isTree(applied)) {
    const isQuantities = field === "limits" || field === "requests";
    return Object.fromEntries(
      Object.entries(applied).flatMap(([key, value]) => {
        if (value === null || !Object.hasOwn(live, key)) return [];
        const one = live[key];
        if (isQuantities && amountOf(one) === amountOf(value)) return [[key, value]];
        return [[key, statedPart(one, value, key)]];
      }),
    );
  }
  return live;
}

const SCALES: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A quantity as a number, or as it is when it is none: "500m" and 0.5 are the same. */
function amountOf(quantity: unknown): unknown {
  const match = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([numkMGTPE]?i?)$/.exec(String(quantity));
  const scale = SCALES[match?.[2] ?? ""];
  const amount = Number(match?.[1]);
  return match && scale !== undefined && Number.isFinite(amount)
    ? Number((amount * scale).toPrecision(12))
    : quantity;
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
