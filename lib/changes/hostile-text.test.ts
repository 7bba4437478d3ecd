import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { FlagState } from "@/lib/contracts/flag-state";
import type { ObservedPull } from "@/lib/integrations/code-source";
import type { ObservedDeployment, ObservedRevision } from "@/lib/integrations/deploy-source";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { checkoutService } from "@/lib/server/test-names";
import { listChanges } from "./list-changes";
import { recordDeployment } from "./record-deployment";
import { recordFlags } from "./record-flags";
import { recordMerges } from "./record-merges";

const nowhere = "http://127.0.0.1:9";
const AT = "2026-11-20T10:00:00.000Z";

/** What people and their tools may put into a title, an annotation, a name or a value. */
const nasty = fc.oneof(
  fc.constantFrom(
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "data:text/html,<b>",
    "zero\0inside",
    "\ud800 half a pair",
    "\u202egpj.exe",
    '\'; DROP TABLE "Change"; --',
    "$" + "{7*7} {{7*7}} %00 %s",
    "__proto__",
    '\u001b[31mred\r\n{"level":60}',
    "",
  ),
  fc.string({ unit: "binary", maxLength: 60 }),
);
const values = fc.dictionary(nasty, nasty, { maxKeys: 4 });

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

function revisionOf(text: string, annotations: Record<string, string>): ObservedRevision {
  return {
    ...{ revision: 1, replicaSet: "rs", templateHash: hashOf(text), changeCause: text },
    template: {
      metadata: { annotations },
      spec: { containers: [{ name: "app", image: text, env: [{ name: text, value: text }] }] },
    },
    ...{ annotations, createdAt: AT, earlierRevisions: [], readyReplicas: 1 },
    images: [{ container: text, image: text, digest: null }],
  };
}

function deploymentOf(text: string, annotations: Record<string, string>): ObservedDeployment {
  const first = revisionOf(text, annotations);
  const second = { ...revisionOf(`${text}2`, annotations), revision: 2 };
  return {
    ...{
      namespace: "shop",
      name: "checkout",
      uid: text || "uid",
      labels: annotations,
      annotations,
    },
    ...{
      paused: false,
      revisionHistoryLimit: 10,
      template: second.template,
      templateHash: "other",
    },
    ...{
      templateHash: second.templateHash,
      revision: 2,
      revisions: [first, second],
      restorationId: null,
    },
    rollout: {
      state: "complete",
      sentence: text,
      desired: 1,
      updated: 1,
      available: 1,
      updatedAt: AT,
    },
  };
}

function pullOf(text: string): ObservedPull {
  return {
    ...{ repository: "acme/shop", number: 1, title: text, body: text, author: text, url: text },
    ...{ branch: text, base: text, state: "merged", mergedAt: AT, method: "merge" },
    ...{ mergeCommit: "a".repeat(40), headCommit: "b".repeat(40), labels: [text], updatedAt: AT },
    files: [{ path: text, status: text, additions: 1, deletions: 1 }],
    diff: `+"${text}"`,
  };
}

function stateOf(text: string, parameters: Record<string, string>): FlagState {
  const variants = [{ name: text, payload: { value: text } }];
  const constraints = [{ contextName: text, values: [text] }];
  const strategy = { id: text, name: text, disabled: false, parameters, constraints, variants };
  return { enabled: true, strategies: [{ ...strategy, segments: [] }], variants };
}

async function recordAll(ctx: Ctx, text: string, more: Record<string, string>): Promise<void> {
  const services = [checkoutService()];
  const at = new Date(AT);
  const deployment = deploymentOf(text, more);
  await recordDeployment(ctx, { source: "cluster", deployment, at, services, url: text });
  await recordMerges(ctx, { source: "code", services, pulls: [pullOf(text)] });
  const flag = { project: "default", key: "new-basket", environment: "production" };
  const state = stateOf(text, more);
  await recordFlags(ctx, {
    ...{ source: "flags", scope: flag, at, services, urlOf: () => text },
    flags: [{ ...flag, state, fingerprint: hashOf(text), description: text, archived: false }],
    events: [
      {
        ...flag,
        eventId: hashOf(text),
        at: AT,
        by: text,
        action: "strategy",
        before: null,
        after: state,
      },
    ],
  });
}

eachDatabase("whatever text sources tell", (database) => {
  test("it is written, read back and told again, and breaks nothing", async () => {
    const addresses = {
      kubernetes: nowhere,
      github: nowhere,
      unleash: nowhere,
      prometheus: nowhere,
    };
    const ctx = ctxOn({ addresses, service: checkoutService() }, database().db);
    await fc.assert(
      fc.asyncProperty(nasty, values, async (text, more) => {
        await ctx.db.change.deleteMany();
        await recordAll(ctx, text, more);
        await recordAll(ctx, text, more);
        const { items } = await listChanges(ctx, {});
        expect(items.map((one) => one.kind).toSorted()).toEqual([
          "deploy",
          "deploy",
          "flag",
          "merge",
        ]);
        const merge = items.find((one) => one.kind === "merge");
        expect(merge?.title).toBe(`#1 ${text.replaceAll("\0", "")}`.toWellFormed());
        expect(JSON.stringify(items)).not.toContain("\\u0000");
      }),
      { numRuns: 40 },
    );
  });
});
