import * as z from "zod";
import { LeverKind } from "@/lib/contracts/lever";

/** Minutes from the true start of harm: -4 is four minutes before it. */
const Minute = z.number().min(-100_000).max(100_000);
const Name = z.string().min(1);

/** Of a flag: "off", "on", a share such as "25%", or "targeted" (on for some by rules). */
export const CaseFlagState = z.string().regex(/^(off|on|targeted|\d{1,3}%)$/);

const Files = z.array(z.string().regex(/^\S+( \+\d+)?( -\d+)?$/, 'as in "src/tax.ts +40 -12"'));

/** A pull request, as it stands under the deploy that carries it or by itself. */
const merged = {
  /** Short name inside the case; without one, nothing in the truth can point at it. */
  id: Name.optional(),
  title: Name,
  number: z.number().int().positive().optional(),
  files: Files.default([]),
  /** Keys of flags its diff mentions. */
  flags: z.array(Name).default([]),
  revertOf: z.number().int().positive().optional(),
};

export const CaseMerge = z.strictObject({
  ...merged,
  /** Minutes before its deploy at which it was merged. */
  before: z.number().min(0).default(25),
});
export type CaseMerge = z.infer<typeof CaseMerge>;

const changed = {
  id: Name,
  /** When it took effect. */
  at: Minute,
  by: z.string().nullable().default(null),
};

const CaseDeploy = z.strictObject({
  ...changed,
  /** Service whose Deployment of the same name it is. */
  deploy: Name,
  /** Name of the Deployment where it isn't the service's. */
  deployment: Name.optional(),
  merges: z.array(CaseMerge).default([]),
  /** Settings of the Pod template that changed, in words: "env TIMEOUT_MS 500 → 5000". */
  settings: z.array(Name).default([]),
  /** The image changed too; by default it did when merges came with it or no setting changed. */
  newImage: z.boolean().optional(),
  /** Minutes until the rollout was complete; null while it is under way. */
  took: z.number().min(0).nullable().default(1.5),
  isFirst: z.boolean().default(false),
  /** Short name of the deploy whose state it returns to. */
  returnsTo: Name.optional(),
  /** "R-3" when Known Good did it. */
  restoration: z.string().optional(),
});

const CaseFlag = z.strictObject({
  ...changed,
  flag: Name,
  /** Services it belongs to. */
  of: z.array(Name),
  from: CaseFlagState.nullable(),
  to: CaseFlagState.nullable(),
  action: z
    .enum(["on", "off", "strategy", "variants", "segment", "created", "archived"])
    .optional(),
  environment: Name.default("production"),
  restoration: z.string().optional(),
});

const CaseLooseMerge = z.strictObject({
  ...changed,
  ...merged,
  id: Name,
  merge: z.literal(true),
  of: z.array(Name),
});

const CaseConfig = z.strictObject({
  ...changed,
  /** "ConfigMap/checkout-settings" */
  config: Name,
  of: z.array(Name),
  keys: z.array(Name),
});

export const CaseChange = z.union([CaseDeploy, CaseFlag, CaseLooseMerge, CaseConfig]);
export type CaseChange = z.infer<typeof CaseChange>;

/** Innocent everyday changes, drawn by the case's name: the same in every run. */
export const CaseAround = z.strictObject({
  count: z.number().int().min(1).max(400),
  on: z.array(Name).min(1),
  from: Minute.default(-1440),
  to: Minute,
});
export type CaseAround = z.infer<typeof CaseAround>;

/**
 * A signal by its shape. `step`: base until `at`, then harm. `ramp`: from base at `at` up to harm over
 * `lasts` minutes. `spike`: harm for `lasts` minutes, then base. `flat`: base. `stairs`: the value of
 * the last of `points` reached; `line`: straight between `points`.
 */
export const CaseSignal = z.strictObject({
  of: Name,
  shape: z.enum(["flat", "step", "ramp", "spike", "stairs", "line"]),
  base: z.number(),
  harm: z.number().optional(),
  threshold: z.number(),
  harmWhen: z.enum(["above", "below"]).default("above"),
  unit: z.enum(["ratio", "seconds", "count"]).default("ratio"),
  at: Minute.default(0),
  lasts: z.number().positive().default(10),
  points: z.array(z.tuple([Minute, z.number()])).default([]),
  /** Relative spread of the values around their shape. */
  noise: z.number().min(0).max(3).default(0.15),
  /** Share of points that jump out of the noise, each by itself. */
  outliers: z.number().min(0).max(0.5).default(0),
  /** Minutes between which nothing was measured. */
  gap: z.tuple([Minute, Minute]).optional(),
  from: Minute.default(-90),
  everySeconds: z.number().positive().default(30),
});
export type CaseSignal = z.infer<typeof CaseSignal>;

/** Could a lever be pulled, and in how many seconds would it be in effect? */
export const LeverFact = z.union([
  z.strictObject({ seconds: z.number().positive() }),
  z.strictObject({
    blocked: Name,
    sentence: z.string().optional(),
    mayOverride: z.boolean().optional(),
  }),
  z.strictObject({
    unsafe: Name,
    sentence: z.string().optional(),
    seconds: z.number().positive(),
  }),
]);
export type LeverFact = z.infer<typeof LeverFact>;

const LeverFacts = z.strictObject({
  retoggle: LeverFact.optional(),
  rollback: LeverFact.optional(),
  revert: LeverFact.optional(),
});

/** One incident with what was known in it and, with hindsight, the truth. */
export const IncidentCase = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  /** What happened, in a sentence. */
  shape: z.string().min(10),
  /** The public write-up that it is shaped after. */
  source: z.string().min(3),
  services: z.record(
    Name,
    z.strictObject({
      dependsOn: z.array(Name).default([]),
      /** "owner/name"; several services may share one. */
      repository: Name.optional(),
      paths: z.array(z.string()).default([]),
    }),
  ),
  affected: z.array(Name).min(1),
  /** What the incident says about the start of harm, and who says so. */
  told: z.strictObject({ from: z.enum(["signal", "alert", "person", "declaration"]), at: Minute }),
  /** When the question is asked. */
  now: Minute,
  changes: z.array(CaseChange),
  around: z.array(CaseAround).default([]),
  signals: z.array(CaseSignal).default([]),
  texts: z.array(z.string()).default([]),
  unhealthy: z
    .array(z.strictObject({ deployment: Name, since: Minute, sentence: Name }))
    .default([]),
  wayBacks: z
    .array(
      z.strictObject({
        change: Name,
        at: Minute,
        by: z.string().nullable().default(null),
        helped: z.boolean().nullable(),
      }),
    )
    .default([]),
  /** By the change that heads a suspect; what isn't said follows from the kind of change. */
  levers: z.record(Name, LeverFacts).default({}),
  /** Levers already pulled for a suspect that took effect and didn't help. */
  failed: z.record(Name, z.array(LeverKind)).default({}),
  truth: z.strictObject({
    /** Short name of the change that did it, or "none". */
    culprit: Name,
    /** Levers that a good commander would be content with; "none" where nothing should be pulled. */
    levers: z.array(LeverKind.or(z.literal("none"))).min(1),
    /** Levers that would do more harm, for the culprit. */
    unsafe: z.array(LeverKind).default([]),
    because: z.string().min(5),
  }),
});
export type IncidentCase = z.infer<typeof IncidentCase>;
