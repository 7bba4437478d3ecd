import * as z from "zod";
import type { CodeGuard } from "@/lib/integrations/code-guard";
import type { GitHubClient } from "./github-client";
import { createPostBudget } from "./github-post-statuses";
import { previewByRuleset, previewByStatus } from "./github-preview-hold";
import {
  holdByRuleset,
  type RulesetHold,
  readByRuleset,
  releaseByRuleset,
  WasRuleset,
} from "./github-ruleset-hold";
import type { GitHubSettings } from "./github-settings";
import { holdByStatus, readByStatus, releaseByStatus, type StatusHold } from "./github-status-hold";

const OFF = {
  because: "Freezes leave GitHub alone: freeze.by is off in this source's settings.",
  who: "whoever manages known-good.yaml",
};
const WasStatus = z.object({ by: z.literal("status"), context: z.string().min(1) });

type MergeGuard = Pick<
  CodeGuard,
  "holdMerges" | "releaseMerges" | "readMergeHold" | "previewMergeHold"
>;

/**
 * Holding merges back, in the way that the settings name. What is let go of is what was held, also when
 * the settings have changed since.
 */
export function createMergeHold(client: GitHubClient, settings: GitHubSettings): MergeGuard {
  const { by, context, ruleset } = settings.freeze;
  const appId = settings.token || !settings.appId ? null : Number(settings.appId);
  const budget = createPostBudget(client.now);
  const byStatus = (of = context): StatusHold => ({ client, budget, context: of, appId });
  const byRuleset: RulesetHold = { client, name: ruleset, appId };

  const release: MergeGuard["releaseMerges"] = async (hold) => {
    const wasRuleset = WasRuleset.safeParse(hold.was).data;
    if (wasRuleset) return releaseByRuleset(byRuleset, hold, wasRuleset);
    const wasStatus = WasStatus.safeParse(hold.was).data;
    if (wasStatus || by === "status") return releaseByStatus(byStatus(wasStatus?.context), hold);
    if (by === "ruleset") return releaseByRuleset(byRuleset, hold, null);
    return {
      outcome: "released",
      at: client.now().toISOString(),
      sentence: "Nothing was held in GitHub.",
    };
  };

  return {
    releaseMerges: release,

    async holdMerges(hold) {
      if (hold.freezes.length === 0) return release(hold);
      switch (by) {
        case "status":
          return holdByStatus(byStatus(), hold);
        case "ruleset":
          return holdByRuleset(byRuleset, hold);
        case "off":
          return { outcome: "refused", ...OFF, commands: [] };
        default:
          return by satisfies never;
      }
    },

    async previewMergeHold(query) {
      switch (by) {
        case "status":
          return previewByStatus(byStatus(), query);
        case "ruleset":
          return previewByRuleset(byRuleset, query);
        case "off":
          return { would: "refuse", ...OFF };
        default:
          return by satisfies never;
      }
    },

    async readMergeHold(hold) {
      const wasStatus = WasStatus.safeParse(hold.was).data;
      const isRuleset = WasRuleset.safeParse(hold.was).success;
      if (isRuleset || (by === "ruleset" && !wasStatus)) return readByRuleset(byRuleset, hold);
      if (wasStatus || by === "status") return readByStatus(byStatus(wasStatus?.context), hold);
      return { state: "absent", sentence: "Freezes leave GitHub alone.", by: null };
    },
  };
}
