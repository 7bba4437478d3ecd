import { expect, test } from "vitest";
import type { ObservedPull } from "@/lib/integrations/code-source";
import type { ObservedFlag } from "@/lib/integrations/flag-source";
import { eachDatabase } from "@/lib/server/test-database";
import { recordFlags } from "./record-flags";
import { recordMerges } from "./record-merges";

const AT = "2026-11-20T10:00:00.000Z";

function pullOf(number: number): ObservedPull {
  return {
    repository: "acme/shop",
    number,
    title: `Use flag ${number}`,
    body: "",
    author: "ada",
    state: "merged",
    branch: "topic",
    base: "main",
    method: "squash",
    mergeCommit: `${number}`.padStart(40, "0"),
    headCommit: `${number}`.padStart(40, "a"),
    mergedAt: AT,
    updatedAt: AT,
    files: [],
    labels: [],
    diff: `+ if (isOn("flag-${number}")) {`,
    url: "https://github.example.com/acme/shop/pull/1",
  };
}

function flagOf(number: number): ObservedFlag {
  return {
    project: "default",
    key: `flag-${number}`,
    environment: "production",
    state: { enabled: true, strategies: [], variants: [] },
    fingerprint: "f",
    description: null,
    archived: false,
  };
}

eachDatabase("merges and flags that are read at the same time", (database) => {
  test("find one another, whichever is written first", async () => {
    const ctx = { db: database().db };
    const scope = { project: "default", environment: "production" };
    const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
    for (const number of numbers) {
      const merges = () =>
        recordMerges(ctx, { source: "code", pulls: [pullOf(number)], services: [] });
      const flags = () =>
        recordFlags(ctx, {
          ...{ source: "flags", scope, flags: [flagOf(number)], events: [] },
          ...{ services: [], at: new Date(AT), urlOf: () => null },
        });
      await Promise.all(number % 2 === 0 ? [merges(), flags()] : [flags(), merges()]);
    }
    const linked = await ctx.db.change.findMany({ where: { kind: "merge" } });
    expect(linked.length).toBe(numbers.length);
    expect(linked.map(({ details }) => (details as { flagKeys: string[] }).flagKeys)).toEqual(
      expect.arrayContaining(numbers.map((number) => [`flag-${number}`])),
    );
  });
});
