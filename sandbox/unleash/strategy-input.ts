import { z } from "zod";
import type { Variant } from "./flag-model.ts";
import { badData, schemaViolation } from "./unleash-problem.ts";

const OPERATORS: readonly string[] = [
  "NOT_IN",
  "IN",
  "STR_ENDS_WITH",
  "STR_STARTS_WITH",
  "STR_CONTAINS",
  "NUM_EQ",
  "NUM_GT",
  "NUM_GTE",
  "NUM_LT",
  "NUM_LTE",
  "DATE_AFTER",
  "DATE_BEFORE",
  "SEMVER_EQ",
  "SEMVER_GT",
  "SEMVER_LT",
  "SEMVER_GTE",
  "SEMVER_LTE",
  "REGEX",
];

export const constraintSchema = z.object({
  contextName: z.string(),
  operator: z
    .string()
    .refine((operator) => OPERATORS.includes(operator), "must be a known operator"),
  values: z.array(z.coerce.string()).optional(),
  value: z.string().optional(),
  inverted: z.boolean().optional(),
  caseInsensitive: z.boolean().optional(),
});

export const variantSchema = z.object({
  name: z.string().min(1),
  weight: z.number().int().min(0).max(1_000),
  weightType: z.enum(["variable", "fix"]).optional(),
  stickiness: z.string().optional(),
  payload: z.object({ type: z.string(), value: z.string() }).optional(),
  overrides: z.array(z.object({ contextName: z.string(), values: z.array(z.string()) })).optional(),
});

// Inside a strategy nothing about a variant is optional but its payload.
const strategyVariantSchema = variantSchema
  .omit({ overrides: true })
  .required({ weightType: true, stickiness: true });

export const strategyUpdateSchema = z.object({
  name: z.string().optional(),
  title: z.string().nullable().optional(),
  disabled: z.boolean().nullable().optional(),
  sortOrder: z.number().optional(),
  constraints: z.array(constraintSchema).optional(),
  parameters: z.record(z.string(), z.coerce.string()).optional(),
  variants: z.array(strategyVariantSchema).optional(),
  segments: z.array(z.number()).optional(),
});

export const newStrategySchema = strategyUpdateSchema.extend({ name: z.string() });

export const segmentSchema = z.object({
  name: z.string(),
  description: z.string().nullable().optional(),
  constraints: z.array(constraintSchema),
});

export const bulkSchema = z.object({ features: z.array(z.string()) });

export type StrategyInput = Omit<z.infer<typeof strategyUpdateSchema>, "variants"> & {
  variants?: Variant[];
};
export type SegmentInput = z.infer<typeof segmentSchema>;

/** The value as the schema wants it. Throws the server's 400 naming the first thing that is wrong. */
export function parseAs<T>(schema: z.ZodType<T>, value: unknown, root = "/body"): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = [root, ...(issue?.path ?? [])].join("/");
  const missing =
    issue?.path.length && pick(value, issue.path) === undefined
      ? `The \`${path}\` property is required. It was not present on the data you sent.`
      : `The \`${path}\` property is not valid: ${issue?.message ?? "unknown"}.`;
  throw schemaViolation(path, missing);
}

function pick(value: unknown, path: PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== "object" || current === null) return undefined;
    current = Reflect.get(current, key);
  }
  return current;
}

/**
 * Variants with their weights shared out: fixed ones keep theirs, the variable ones divide the rest
 * of the 1,000 evenly; sorted by name. Throws 400 when that can't be.
 */
export function balanceVariants(variants: Variant[]): Variant[] {
  if (variants.length === 0) return [];
  const filled = variants.map((variant) => ({
    stickiness: "default",
    ...variant,
    weightType: variant.weightType ?? ("variable" as const),
  }));
  const variable = filled.filter((variant) => variant.weightType === "variable");
  const fixed = filled.filter((variant) => variant.weightType === "fix");
  if (variable.length === 0) throw badData('There must be at least one "variable" variant');
  const rest = 1_000 - fixed.reduce((sum, variant) => sum + variant.weight, 0);
  if (rest < 0) throw badData("The traffic distribution total must equal 100%");
  const share = Math.floor(rest / variable.length);
  const extra = rest % variable.length;
  return [
    ...variable.map((variant, index) => ({ ...variant, weight: share + (index < extra ? 1 : 0) })),
    ...fixed,
  ].toSorted((a, b) => a.name.localeCompare(b.name));
}
