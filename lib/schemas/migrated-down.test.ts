import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import { previewLever } from "@/lib/restorations/preview-lever";
import { previewPutBack, putBack } from "@/lib/restorations/put-back";
import { restore } from "@/lib/restorations/restore";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { DETAILS, pastChange } from "@/lib/server/test-incident";
import { REPOSITORY } from "@/lib/server/test-names";
import { followUntil, learn, learnDeploys, newKey } from "@/lib/server/test-press";
import { release } from "@/lib/server/test-release";
import {
  freshPath,
  inputFor,
  plainFile,
  REASON,
  REQUIRED,
  refusedCode,
  released,
} from "@/lib/server/test-schema";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { recordMigratedDown } from "./record-migrated-down";

// Each story delivers twice, by real git and a cluster: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000 });

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

eachDatabase("migrating down by hand", (database) => {
  test("migrated down by hand: recorded, judged again without it, and the way forward needs it", async () => {
    const path = freshPath("currency");
    const ctx = ctxOn(world, database().db);
    const downFile = path.replace(".sql", ".down.sql");
    const down = "alter table orders drop column currency;\n";
    const { target, number } = await released(ctx, world, {
      ...{ [path]: REQUIRED, [downFile]: down },
    });
    const blocked = await previewLever(ctx, target);
    expect(blocked.schema?.down).toMatchObject({
      ...{ steps: 1, downFiles: [downFile], statements: [] },
      losses: [{ path: downFile, sentence: expect.stringMatching(/currency.*since.* UTC/) }],
    });
    const { incidentId } = await inputFor(ctx, blocked);
    const note = "psql: dropped the column, 0 rows had it";
    await recordMigratedDown(ctx, { incidentId, service: "checkout", paths: [path], note });
    const free = await previewLever(ctx, target);
    expect(free.blockers).toEqual([]);
    expect(free.schema).toMatchObject({
      ...{ verdict: "compatible", paths: [] },
      migratedDown: { by: "Ada", note, paths: [path] },
    });
    const revert = await previewLever(ctx, {
      ...{ lever: "revert", source: "code", repository: REPOSITORY, number },
    });
    expect(revert.schema).toMatchObject({ verdict: "compatible", migratedDown: { by: "Ada" } });
    expect(revert.warnings.map(({ code }) => code)).toEqual(["migrated-down"]);
    const { entries } = await getIncidentView(ctx, { id: incidentId });
    expect(entries.find(({ text }) => text.includes(note))).toMatchObject({ by: "Ada" });
    expect(await ctx.db.auditEntry.count({ where: { action: "migrated-down" } })).toBe(1);

    const input = { incidentId, target, suspectId: null, wasRecommended: null };
    const { restoration } = await restore(ctx, { ...input, seen: free.seen, key: newKey() });
    await followUntil(ctx, restoration?.id ?? "", ["in-effect", "verified"]);
    await learnDeploys(ctx, world);
    const forward = await previewPutBack(ctx, restoration?.id ?? "");
    expect(forward.blockers).toMatchObject([{ code: "schema-incompatible", mayOverride: true }]);
    expect(forward.schema?.findings).toMatchObject([{ rule: "taken-back", path }]);
    const back = { restorationId: restoration?.id ?? "", seen: forward.seen };
    expect(await refusedCode(putBack(ctx, { ...back, key: newKey() }))).toBe("schema-incompatible");
    const done = await putBack(ctx, { ...back, key: newKey(), overrideReason: REASON });
    expect(done.restoration?.receipts[1]?.sentence).toContain(REASON);
  });

  test("what was taken back is no longer known once the service is delivered again", async () => {
    const path = freshPath("currency");
    const ctx = ctxOn(world, database().db);
    const { target } = await released(ctx, world, { [path]: REQUIRED });
    const { incidentId } = await inputFor(ctx, await previewLever(ctx, target));
    await recordMigratedDown(ctx, {
      ...{ incidentId, service: "checkout", paths: [path], note: "by hand" },
    });
    expect((await previewLever(ctx, target)).schema?.verdict).toBe("compatible");
    await release(world, plainFile());
    await learn(ctx, world);
    expect((await previewLever(ctx, target)).schema).toMatchObject({
      ...{ verdict: "incompatible", migratedDown: null },
    });
  });

  test("only what is known to be the service's own can have been taken back, and once", async () => {
    const path = freshPath("currency");
    const ctx = ctxOn(world, database().db);
    const { target } = await released(ctx, world, { [path]: REQUIRED });
    const { incidentId } = await inputFor(ctx, await previewLever(ctx, target));
    const { repository } = world.service;
    if (!repository) throw new Error("the service has a repository");
    const other = { ...world.service, name: "catalog", title: "Catalog", deployments: [] };
    const elsewhere = { ...repository, paths: ["catalog/"], migrations: ["catalog/migrations/"] };
    const both = { ...ctx, fileServices: [world.service, { ...other, repository: elsewhere }] };
    const say = (service: string, paths: string[]) =>
      recordMigratedDown(both, { incidentId, service, paths, note: "by hand" });
    expect(await refusedCode(say("catalog", [path]))).toBe("unknown-migration");
    expect(await refusedCode(say("checkout", ["migrations/9999_never.sql"]))).toBe(
      "unknown-migration",
    );
    expect(await refusedCode(say("checkout", [path, "nowhere.sql"]))).toBe("unknown-migration");
    expect((await previewLever(ctx, target)).schema?.verdict).toBe("incompatible");
    await say("checkout", [path]);
    await say("checkout", [path]);
    expect((await previewLever(ctx, target)).schema?.verdict).toBe("compatible");
    const { entries } = await getIncidentView(ctx, { id: incidentId });
    expect(entries.filter(({ text }) => text.includes("by hand"))).toHaveLength(1);
    // A service that runs the same migrations is delivered: they are run again.
    const sharing = { ...ctx, fileServices: [world.service, { ...other, repository }] };
    await pastChange(ctx.db, {
      ...{ id: "catalog-2", title: "catalog 2", source: "cluster", subject: "shop/catalog" },
      ...{ at: new Date(), details: DETAILS.deploy(2) },
    });
    await ctx.db.change.update({ where: { id: "catalog-2" }, data: { services: ["catalog"] } });
    expect((await previewLever(ctx, target)).schema?.verdict).toBe("compatible");
    expect((await previewLever(sharing, target)).schema?.verdict).toBe("incompatible");
  });
});
