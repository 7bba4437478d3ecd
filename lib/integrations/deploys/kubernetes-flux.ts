import * as z from "zod";
import { durationInWords } from "@/lib/rules/say";
import {
  declaringKustomization,
  type OwnerObject,
  type OwnerProduct,
} from "./kubernetes-owner-object";

/**
 * A manager whose fields Flux leaves alone, so that a Kustomization that made the object doesn't take
 * them back when its manifest says nothing about them.
 */
const MANAGER = "flux-client-side-apply";
const SWITCH = ["spec", "suspend"];

const Spec = z.object({
  suspend: z.boolean().nullish(),
  interval: z.string().nullish(),
  driftDetection: z.object({ mode: z.string().nullish() }).nullish(),
});
const Was = z.object({ suspend: z.boolean().nullable() });
const UNITS: Record<string, number> = { h: 3_600, m: 60, s: 1, ms: 0.001, us: 1e-6, ns: 1e-9 };

/** "1h2m30s" in seconds, as Go writes durations; null for anything else. */
export function durationSeconds(text: string | null | undefined): number | null {
  if (!text || !/^(\d+(\.\d+)?(h|ms|us|ns|m|s))+$/.test(text)) return null;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|ns|m|s)/g);
  return [...parts].reduce((sum, [, n, unit]) => sum + Number(n) * (UNITS[unit ?? ""] ?? 0), 0);
}

function specOf({ spec }: OwnerObject): z.infer<typeof Spec> {
  return Spec.safeParse(spec).data ?? {};
}

type Switch = Pick<
  OwnerProduct,
  "fieldManager" | "switchPath" | "position" | "was" | "off" | "back" | "isOurs" | "resumedBy"
>;

/** `spec.suspend`, which all of Flux's objects have. */
const suspend: Switch = {
  fieldManager: MANAGER,
  switchPath: SWITCH,
  position: (object) => (specOf(object).suspend ? "off" : "on"),
  was: (object) => ({ suspend: specOf(object).suspend ?? null }),
  off: (object) => ({ spec: { suspend: true }, was: suspend.was(object) }),
  back(object, was) {
    const before = Was.safeParse(was).data ?? { suspend: null };
    if (before.suspend === true || !specOf(object).suspend) return null;
    return { suspend: before.suspend };
  },
  // The manager is one that people are told to use, too: without our mark it may be anybody's.
  isOurs: () => false,
  resumedBy: async (_transport, object) => declaringKustomization(object, SWITCH),
};

const suspended = (title: string) => ({
  sentence: `${title} is suspended: a change beside it stays until somebody resumes it.`,
  undoesWithinSeconds: null,
});

const kustomizationTitle = ({ name }: { name: string }) => `Flux Kustomization ${name}`;

export const fluxKustomization: OwnerProduct = {
  ...suspend,
  group: "kustomize.toolkit.fluxcd.io",
  version: "v1",
  plural: "kustomizations",
  title: kustomizationTitle,
  effect(object, { labels, annotations }) {
    const title = kustomizationTitle(object.metadata);
    const said = (key: string) =>
      annotations[`kustomize.toolkit.fluxcd.io/${key}`] ??
      labels[`kustomize.toolkit.fluxcd.io/${key}`];
    if (said("reconcile") === "disabled" || /^(IfNotPresent|Ignore)$/.test(said("ssa") ?? "")) {
      return {
        sentence: `${title} is told to leave this Deployment alone: a change beside it stays.`,
        undoesWithinSeconds: null,
        leavesAlone: true,
      };
    }
    if (suspend.position(object) === "off") return suspended(title);
    const seconds = durationSeconds(specOf(object).interval);
    const when = seconds === null ? "when it reconciles next" : `within ${inWords(seconds)}`;
    return {
      sentence: `${title} puts back what git says ${when}, at its next reconciliation.`,
      undoesWithinSeconds: seconds,
    };
  },
  unread: (ref) => ({
    sentence: `${kustomizationTitle(ref)} in ${ref.namespace} can’t be read here: it undoes a change beside it when it reconciles next, often within minutes.`,
    undoesWithinSeconds: 60,
  }),
  rests: "is suspended",
  goesOn: "reconciles again",
};

const releaseTitle = ({ name }: { name: string }) => `Flux HelmRelease ${name}`;

export const fluxHelmRelease: OwnerProduct = {
  ...suspend,
  group: "helm.toolkit.fluxcd.io",
  version: "v2",
  plural: "helmreleases",
  title: releaseTitle,
  effect(object, { labels, annotations }) {
    const title = releaseTitle(object.metadata);
    if (suspend.position(object) === "off") return suspended(title);
    const { driftDetection, interval } = specOf(object);
    const key = "helm.toolkit.fluxcd.io/driftDetection";
    const isExempt = (annotations[key] ?? labels[key]) === "disabled";
    if (driftDetection?.mode !== "enabled" || isExempt) {
      return {
        sentence: `${title} doesn’t correct drift: a change beside it stays until its next upgrade.`,
        undoesWithinSeconds: null,
      };
    }
    const seconds = durationSeconds(interval);
    const when = seconds === null ? "when it reconciles next" : `within ${inWords(seconds)}`;
    return {
      sentence: `${title} corrects drift: it puts back what its chart says ${when}.`,
      undoesWithinSeconds: seconds,
    };
  },
  unread: (ref) => ({
    sentence: `${releaseTitle(ref)} in ${ref.namespace} can’t be read here: if it corrects drift, it undoes a change beside it when it reconciles next, often within minutes.`,
    undoesWithinSeconds: 60,
  }),
  rests: "is suspended",
  goesOn: "reconciles again",
};

const inWords = (seconds: number) => durationInWords(seconds * 1_000);
