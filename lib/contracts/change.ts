import * as z from "zod";
import { FlagState } from "./flag-state";

export const ChangeKind = z.enum(["deploy", "flag", "merge", "config"]);
export type ChangeKind = z.infer<typeof ChangeKind>;

export const ImageChange = z.object({
  container: z.string(),
  image: z.string(),
  digest: z.string().nullable(),
  /** The image the container ran before, null when unknown or new. */
  was: z.string().nullable(),
});
export type ImageChange = z.infer<typeof ImageChange>;

export const DeployDetails = z.object({
  kind: z.literal("deploy"),
  namespace: z.string(),
  deployment: z.string(),
  uid: z.string(),
  revision: z.number().int(),
  previousRevision: z.number().int().nullable(),
  images: z.array(ImageChange),
  changeCause: z.string().nullable(),
  commit: z.string().nullable(),
  /** Where the commit was read from. */
  commitFrom: z.enum(["image-label", "annotation", "image-tag", "pull-request"]).nullable(),
  previousCommit: z.string().nullable(),
  /** What changed in the Pod template, in words; secret-looking values masked. */
  templateChanges: z.array(z.string()),
  templateHash: z.string(),
  rollout: z.enum(["rolling", "complete", "stuck", "superseded"]),
  /** The revision whose template this one returns to, when it is a way back. */
  returnsTo: z.number().int().nullable(),
  restorationId: z.string().nullable(),
  /** The program that last wrote the Pod template, as the cluster names it: "argocd-controller". */
  writtenBy: z.string().nullish(),
});
export type DeployDetails = z.infer<typeof DeployDetails>;

export const FlagDetails = z.object({
  kind: z.literal("flag"),
  project: z.string(),
  key: z.string(),
  environment: z.string(),
  action: z.enum(["on", "off", "strategy", "variants", "segment", "created", "archived"]),
  before: FlagState.nullable(),
  after: FlagState.nullable(),
  restorationId: z.string().nullable(),
});
export type FlagDetails = z.infer<typeof FlagDetails>;

export const MergedFile = z.object({
  path: z.string(),
  status: z.string(),
  additions: z.number().int(),
  deletions: z.number().int(),
});
export type MergedFile = z.infer<typeof MergedFile>;

export const MergeDetails = z.object({
  kind: z.literal("merge"),
  repository: z.string(),
  number: z.number().int(),
  branch: z.string(),
  base: z.string(),
  method: z.enum(["merge", "squash", "rebase"]).nullable(),
  mergeCommit: z.string(),
  headCommit: z.string(),
  files: z.array(MergedFile),
  labels: z.array(z.string()),
  /** Keys of flags its diff mentions. */
  flagKeys: z.array(z.string()),
  /** Quoted words of its diff, at most 400: a flag that is made later is still found in them. */
  mentions: z.array(z.string()).default([]),
  /** Number of the pull request this one reverts, if it says so. */
  revertOf: z.number().int().nullable(),
  restorationId: z.string().nullable(),
});
export type MergeDetails = z.infer<typeof MergeDetails>;

export const ConfigDetails = z.object({
  kind: z.literal("config"),
  namespace: z.string(),
  /** "ConfigMap/checkout-settings" */
  object: z.string(),
  /** Keys that were added, changed or removed. Their values are never kept. */
  keys: z.array(z.string()),
  /** Of these, those that weren't there before, and those that no longer are. */
  added: z.array(z.string()).optional(),
  removed: z.array(z.string()).optional(),
  /** What became of the object as a whole; changed when nothing is said. */
  action: z.enum(["changed", "created", "deleted"]).optional(),
  /** Deployments whose live template refers to it. */
  deployments: z.array(z.string()).optional(),
  /** Pods read variables when they start; mounted files follow within about a minute. */
  noticed: z.enum(["at-restart", "while-running"]).optional(),
  /** The program that wrote it, as the cluster names it: "kubectl-edit". */
  writtenBy: z.string().nullish(),
});
export type ConfigDetails = z.infer<typeof ConfigDetails>;

export const ChangeDetails = z.discriminatedUnion("kind", [
  DeployDetails,
  FlagDetails,
  MergeDetails,
  ConfigDetails,
]);
export type ChangeDetails = z.infer<typeof ChangeDetails>;

/** Anything that altered production or was about to. */
export const Change = z.object({
  id: z.string(),
  kind: ChangeKind,
  /** Name of the source it came from. */
  source: z.string(),
  /** Services it belongs to; empty when none claims it. */
  services: z.array(z.string()),
  title: z.string(),
  environment: z.string().nullable(),
  /** When it took effect: live, toggled, merged (ISO 8601, UTC). */
  at: z.iso.datetime(),
  /** When it was complete: rollout finished; null while running or when it has no end. */
  completedAt: z.iso.datetime().nullable(),
  actor: z.string().nullable(),
  url: z.string().nullable(),
  details: ChangeDetails,
  /** Ids of the changes it carries: a deploy carries merges, a merge touches flags. */
  carries: z.array(z.string()),
});
export type Change = z.infer<typeof Change>;
