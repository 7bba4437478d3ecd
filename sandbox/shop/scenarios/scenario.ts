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

/** A mistake that shipped: what was merged, released and toggled, in the past or again right now. */
export type Scenario = {
  name:
    | "retoggle"
    | "rollback"
    | "revert"
    | "schema-trap"
    | "configuration"
    | "innocent"
    | "outside";
  /** Which lever is right, in a sentence for the sandbox's own page. */
  story: string;
  /** The service whose customers are hurt. */
  service: string;
  alert: { name: string; summary: string };
  merges: ScenarioMerge[];
  releases: ScenarioRelease[];
  rollout?: { flag: string; percent: number; minutesAgo: number; by: string };
  /** Something outside that a service depends on is down: this share of its requests fails. */
  outage?: { service: string; minutesAgo: number; ratio: number };
};
