import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { RevertTarget } from "@/lib/contracts/lever";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import { verifyAudit } from "@/lib/server/audit";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { REPOSITORY } from "@/lib/server/test-names";
import { followUntil, learn, learnDeploys, newKey } from "@/lib/server/test-press";
import { mergeFiles } from "@/lib/server/test-release";
import {
  freshPath,
  inputFor,
  NOTE,
  plainFile,
  REASON,
  REQUIRED,
  refusedCode,
  released,
} from "@/lib/server/test-schema";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { previewLever } from "./preview-lever";
import { previewPutBack } from "./put-back";
import { restore } from "./restore";

// Each story delivers twice, by real git and a cluster: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000 });

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

/** Requests for what commits hold or how they differ. */
function asked(): number {
  return world.github.requests.filter(({ path }) => /\/(compare|git|contents)\//.test(path)).length;
}

function without(world: TestWorld, mode: "refuse" | "none"): Promise<void> {
  return world.github.faults.set({ mode });
}

eachDatabase("a lever and today's schema", (database) => {
  test("a required column blocks a rollback, quoted, until somebody types why it may", async () => {
    const path = freshPath("currency");
    const ctx = ctxOn(world, database().db);
    const { target, number } = await released(ctx, world, { [path]: REQUIRED });
    const preview = await previewLever(ctx, target);
    expect(preview.schema).toMatchObject({
      ...{ verdict: "incompatible", class: "BREAKS_WRITE", paths: [path], service: "checkout" },
      findings: [{ path, line: 1, url: expect.stringMatching(/_currency\.sql#L1$/) }],
    });
    expect(preview.blockers).toMatchObject([
      {
        ...{ code: "schema-incompatible", mayOverride: true },
        sentence: expect.stringMatching(`Checkout 4 can’t run.*“alter table orders.*#${number}, `),
      },
    ]);
    const input = await inputFor(ctx, preview);
    const before = world.patches();
    expect(await refusedCode(restore(ctx, { ...input, key: newKey() }))).toBe(
      "schema-incompatible",
    );
    expect(world.patches()).toBe(before);
    expect(await ctx.db.restoration.count()).toBe(0);

    const bob = ctxOn(world, database().db, { name: "Bob" });
    const shared = newKey();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        restore(index % 2 ? ctx : bob, {
          ...input,
          key: index % 4 ? newKey() : shared,
          overrideReason: REASON,
        }),
      ),
    );
    expect(world.patches() - before).toBe(1);
    expect(new Set(answers.map(({ restoration }) => restoration?.id)).size).toBe(1);
    const view = await getIncidentView(ctx, { id: input.incidentId });
    const [first, second] = view.restorations[0]?.receipts ?? [];
    expect(first?.sentence).toMatch(/asked: Roll back checkout 5 → 4/);
    expect(second?.sentence).toContain(`because: ${REASON}`);
    expect(second?.sentence).toContain("can’t run on today’s schema");
    expect(view.entries.find(({ kind }) => kind === "lever")?.text).toContain(REASON);
    const audit = await ctx.db.auditEntry.findFirstOrThrow({ where: { action: "rollback-asked" } });
    expect(audit.detail).toMatchObject({
      overrides: { codes: ["schema-incompatible"], reason: REASON },
    });
    expect(await verifyAudit(ctx.db)).toMatchObject({ intact: true });
  });

  test("additive migrations are a check that was passed; a reason nobody asked for is not kept", async () => {
    const ctx = ctxOn(world, database().db);
    const { target } = await released(ctx, world, { [freshPath("note")]: NOTE });
    const preview = await previewLever(ctx, target);
    expect(preview.blockers).toEqual([]);
    expect(preview.warnings.filter(({ code }) => code.startsWith("schema"))).toEqual([]);
    expect(preview.checks).toContain(
      "one migration since 4, and it only adds: 4 runs on today’s schema",
    );
    const input = await inputFor(ctx, preview);
    const outcome = await restore(ctx, { ...input, key: newKey(), overrideReason: REASON });
    const receipts = outcome.restoration?.receipts.map(({ sentence }) => sentence);
    expect(receipts?.join()).not.toContain(REASON);
  });

  test("nothing between two versions needs no judge, and says where it was looked", async () => {
    const ctx = ctxOn(world, database().db);
    const { target } = await released(ctx, world, {
      "src/tax.ts": `export const tax = ${Math.random()};\n`,
    });
    const preview = await previewLever(ctx, target);
    expect(preview.schema).toMatchObject({ verdict: "compatible", paths: [], findings: [] });
    expect(preview.checks).toContain("no migration lies between 4 and today’s schema");
  });

  test("edited and removed migrations are unknown, and keep it from being recommended", async () => {
    const [edited, removed] = [freshPath("old"), freshPath("older")];
    const before = { [edited]: NOTE, [removed]: `${NOTE}-- ${removed}\n` };
    const ctx = ctxOn(world, database().db);
    const { target } = await released(ctx, world, { [edited]: REQUIRED, [removed]: null }, before);
    const preview = await previewLever(ctx, target);
    expect(preview.schema?.verdict).toBe("unknown");
    expect(preview.schema?.findings.map(({ rule }) => rule).sort()).toEqual([
      "edited-migration",
      "removed-migration",
    ]);
    expect(preview.blockers).toEqual([]);
    expect(preview.warnings).toContainEqual(
      expect.objectContaining({ code: "schema-unknown", unsafe: true }),
    );
  });

  test("a repository that is away leaves it unknown and the card whole; asked once, it isn't needed", async () => {
    const ctx = ctxOn(world, database().db);
    const { target } = await released(ctx, world, { [freshPath("currency")]: REQUIRED });
    await ctx.db.schemaFiles.deleteMany();
    await without(world, "refuse");
    onTestFinished(() => without(world, "none"));
    const blind = await previewLever(ctx, target);
    expect(blind.label).toBe("Roll back checkout 5 → 4");
    expect(blind.warnings).toContainEqual({
      ...{ code: "schema-unknown", unsafe: true },
      sentence: expect.stringMatching(/isn’t known\. GitHub can't be reached/),
    });
    await without(world, "none");
    expect((await previewLever(ctx, target)).schema?.verdict).toBe("incompatible");
    await without(world, "refuse");
    const before = asked();
    const known = await previewLever(ctx, target);
    expect(known.schema?.verdict).toBe("incompatible");
    expect(asked()).toBe(before);
    // Nor does a press ask: what the ledger knows decides.
    const input = await inputFor(ctx, known);
    expect(await refusedCode(restore(ctx, { ...input, key: newKey() }))).toBe(
      "schema-incompatible",
    );
  });

  test("a new deploy is judged before anybody looks", async () => {
    const path = freshPath("currency");
    const ctx = ctxOn(world, database().db);
    const { target } = await released(ctx, world, { [path]: REQUIRED });
    await learn(ctx, world);
    const before = asked();
    expect((await previewLever(ctx, target)).schema).toMatchObject({ paths: [path] });
    expect(asked()).toBe(before);
  });

  test("a version without a commit is unknown, and the sentence says whose", async () => {
    const ctx = ctxOn(world, database().db);
    const { target } = await released(ctx, world, { [freshPath("note")]: NOTE });
    await ctx.db.$executeRaw`UPDATE "Change" SET details = jsonb_set(details, '{commit}', 'null')
      WHERE id = ${target.toChangeId}`;
    const preview = await previewLever(ctx, target);
    expect(preview.warnings).toContainEqual(
      expect.objectContaining({
        sentence: expect.stringMatching(/Checkout 4 runs .* isn’t known\. Which commit 4 was/),
      }),
    );
  });

  test("a put-back to a newer version whose migrations ran is fine", async () => {
    const ctx = ctxOn(world, database().db);
    const { target } = await released(ctx, world, { [freshPath("note")]: NOTE });
    const preview = await previewLever(ctx, target);
    const input = await inputFor(ctx, preview);
    const { restoration } = await restore(ctx, { ...input, key: newKey() });
    await followUntil(ctx, restoration?.id ?? "", ["in-effect", "verified"]);
    await learnDeploys(ctx, world);
    const forward = await previewPutBack(ctx, restoration?.id ?? "");
    expect(forward.schema).toMatchObject({ verdict: "compatible", findings: [] });
    expect(forward.blockers).toEqual([]);
  });

  test("a revert leaves what its migrations did: judged by the pull request's own", async () => {
    const [required, note] = [freshPath("currency"), freshPath("note")];
    const ctx = ctxOn(world, database().db);
    const breaking = await mergeFiles(world, { [required]: REQUIRED });
    const adding = await mergeFiles(world, { [note]: NOTE });
    const plain = await mergeFiles(world, plainFile());
    await learn(ctx, world);
    const look = (number: number) => {
      const target: RevertTarget = {
        ...{ lever: "revert", source: "code", repository: REPOSITORY, number },
      };
      return previewLever(ctx, target);
    };
    const blocked = await look(breaking.number);
    expect(blocked.blockers).toMatchObject([{ code: "schema-incompatible", mayOverride: true }]);
    expect(blocked.schema?.sentence).toContain(`Checkout without #${breaking.number} can’t run`);
    const free = await look(adding.number);
    expect(free.blockers).toEqual([]);
    expect(free.checks.join()).toContain(`one migration in #${adding.number}, and it only adds`);
    expect(free.warnings.map(({ code }) => code)).not.toContain("reverts-migration");
    expect((await look(plain.number)).schema).toBeNull();

    const input = await inputFor(ctx, blocked);
    const before = world.reverts();
    expect(await refusedCode(restore(ctx, { ...input, key: newKey() }))).toBe(
      "schema-incompatible",
    );
    expect(world.reverts()).toBe(before);
    const done = await restore(ctx, { ...input, key: newKey(), overrideReason: REASON });
    expect(done.outcome).toBe("started");
    expect(done.restoration?.receipts[1]?.sentence).toContain(REASON);
  });
});
