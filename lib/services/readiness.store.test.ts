import { expect, test } from "vitest";
import { type ChangeDraft, saveChange, saveTemplate } from "@/lib/changes/store";
import type { Service } from "@/lib/contracts/service";
import { eachDatabase } from "@/lib/server/test-database";
import { checkoutService } from "@/lib/server/test-names";
import { ledgerReadiness } from "./readiness-store";

const NOW = new Date("2026-11-23T12:00:00Z");
const DAY = 86_400_000;
const hash = "c".repeat(64);

function merge(
  number: number,
  days: number,
  more: { path?: string; flagKeys?: string[]; repository?: string } = {},
): ChangeDraft {
  const { path = "src/a.ts", flagKeys = [], repository = "acme/shop" } = more;
  return {
    ...{
      kind: "merge",
      source: "code",
      naturalKey: `${repository}#${number}`,
      services: ["checkout"],
    },
    ...{ title: `Merge ${number}`, environment: null, completedAt: null, actor: null, url: null },
    at: new Date(NOW.getTime() - days * DAY).toISOString(),
    subject: `${repository}#${number}`,
    details: {
      ...{ kind: "merge", repository, number, branch: "b", base: "main", method: "squash" },
      ...{
        mergeCommit: `m${number}`,
        headCommit: `h${number}`,
        labels: [],
        flagKeys,
        mentions: [],
      },
      files: [{ path, status: "modified", additions: 1, deletions: 0 }],
      ...{ revertOf: null, restorationId: null },
    },
  };
}

function deploy(revision: number, days: number): ChangeDraft {
  return {
    ...{ kind: "deploy", source: "cluster", naturalKey: `uid:${revision}`, services: ["checkout"] },
    ...{
      title: `checkout ${revision}`,
      environment: null,
      completedAt: null,
      actor: null,
      url: null,
    },
    at: new Date(NOW.getTime() - days * DAY).toISOString(),
    subject: "shop/checkout",
    details: {
      ...{ kind: "deploy", namespace: "shop", deployment: "checkout", uid: "uid", revision },
      ...{ previousRevision: revision - 1, images: [], changeCause: null, commit: `c${revision}` },
      ...{
        commitFrom: "annotation",
        previousCommit: null,
        templateChanges: [],
        templateHash: hash,
      },
      ...{ rollout: "complete", returnsTo: null, restorationId: null },
    },
  };
}

eachDatabase("what the ledger says of readiness", (database) => {
  const service = checkoutService();
  const read = async (one: Service = service) =>
    (
      await ledgerReadiness(database().db, [one, { ...one, name: "quiet", deployments: [] }], NOW)
    ).get(one.name);

  test("nothing at all for services nobody has seen", async () => {
    const found = await ledgerReadiness(database().db, [service], NOW);
    expect(found.get("checkout")).toEqual({
      ...{ merges: 0, guarded: 0, lastMerge: null, previousRevision: null },
      ...{ templates: 0, drill: null },
    });
  });

  test("merges of ninety days and those behind a flag of the service, if it names its own", async () => {
    const { db } = database();
    await saveChange(db, merge(1, 100, { flagKeys: ["new-basket"] }));
    await saveChange(db, merge(2, 30, { flagKeys: ["new-basket"] }));
    await saveChange(db, merge(3, 20, { flagKeys: ["other"] }));
    await saveChange(db, merge(4, 10));
    await saveChange(db, merge(9, 1, { repository: "acme/elsewhere" }));
    expect(await read()).toMatchObject({ merges: 4, guarded: 2, lastMerge: 4 });
    const flags = service.flags && { ...service.flags, keys: ["new-basket"] };
    expect(await read({ ...service, flags })).toMatchObject({ merges: 4, guarded: 1 });
  });

  test("what was live before the latest deploy, and the templates that could come back", async () => {
    const { db } = database();
    await saveChange(db, deploy(23, 11));
    await saveChange(db, deploy(24, 2));
    // The service ran elsewhere for a day: not what a rollback starts from.
    await saveChange(db, { ...deploy(77, 1), naturalKey: "else:77", subject: "blue/checkout" });
    await saveTemplate(db, { hash, sealed: "sealed" });
    expect(await read()).toMatchObject({ previousRevision: 23, templates: 1 });
    expect(await read({ ...service, deployments: [] })).toMatchObject({ previousRevision: null });
  });
});
