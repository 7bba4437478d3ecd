import type { MergeMethod } from "../../github/pull-request.ts";

export type ScenarioMerge = {
  service: string;
  title: string;
  body: string;
  author: { login: string; name: string };
  branch: string;
  method: MergeMethod;
  labels?: string[];
  files: Record<string, string | null>;
  /** Minutes before the start that it was merged. */
  mergedMinutesAgo: number;
};

export type ScenarioRelease = {
  service: string;
  /** Minutes before the start that it went live. */
  minutesAgo: number;
  /** Settings of the Deployment that were changed in the same rollout. */
  env?: Record<string, string>;
  /** The command with which somebody changed the settings of what was live, without new code. */
  byHand?: string;
};

/** Who keeps a service's Deployment as it is declared; its deliveries go through that. */
export type Owner = "argo-cd" | "flux-kustomization" | "flux-helm-release" | "helm";

/** A mistake that shipped: what was merged, released and toggled, in the past or again right now. */
export type Scenario = {
  name:
    | "retoggle"
    | "rollback"
    | "revert"
    | "schema-trap"
    | "configuration"
    | "innocent"
    | "outside"
    | "gitops";
  /** Which lever is right, in a sentence for the sandbox's own page. */
  story: string;
  /** The service whose customers are hurt. */
  service: string;
  alert: { name: string; summary: string };
  merges: ScenarioMerge[];
  releases: ScenarioRelease[];
  rollout?: { flag: string; percent: number; minutesAgo: number; by: string };
  /** Owners of services by name; the others are delivered straight into the cluster. */
  owners?: Record<string, Owner>;
  /** Services whose newest version has been restarted since it went out. */
  crashes?: string[];
  /** How long pods that are to go still run, as they do in a real cluster; they go at once without. */
  podStopMs?: number;
  /** Every so many milliseconds another team merges something and delivers it. */
  competingMs?: number;
  /** Something outside that a service depends on is down: this share of its requests fails. */
  outage?: { service: string; minutesAgo: number; ratio: number };
};
