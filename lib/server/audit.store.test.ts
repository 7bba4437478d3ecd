import { expect, test } from "vitest";
import { appendAudit, verifyAudit } from "./audit";
import { eachDatabase } from "./test-database";

const at = new Date("2026-11-20T10:00:00Z");
const record = (subject: string) => ({
  actor: "ada",
  action: "incident.declare",
  subject,
  detail: { zebra: 1, apple: { deep: [1, "two", null] }, gone: undefined },
  at,
});

eachDatabase("the audit chain", (database) => {
  const append = (subject: string) =>
    database().db.$transaction((tx) => appendAudit(tx, record(subject)));

  test("holds, however many write at once", async () => {
    await Promise.all(Array.from({ length: 12 }, (_, index) => append(`INC-${index}`)));
    expect(await verifyAudit(database().db)).toEqual({ intact: true, entries: 12 });
  });

  test("shows an edited row, a changed hash and a missing row", async () => {
    const { db } = database();
    for (const subject of ["a", "b", "c", "d"]) await append(subject);
    await db.auditEntry.update({ where: { id: 2 }, data: { subject: "somebody else" } });
    expect(await verifyAudit(db)).toMatchObject({ intact: false, brokenAt: 2 });
    await db.auditEntry.update({ where: { id: 2 }, data: { subject: "b" } });
    expect(await verifyAudit(db)).toMatchObject({ intact: true });
    await db.auditEntry.update({ where: { id: 3 }, data: { detail: { other: true } } });
    expect(await verifyAudit(db)).toMatchObject({ intact: false, brokenAt: 3 });
    await db.auditEntry.delete({ where: { id: 3 } });
    expect(await verifyAudit(db)).toMatchObject({ intact: false, brokenAt: 4 });
  });

  test("hashes the same in the database as here, whatever the words", async () => {
    const { db } = database();
    const words = 'a "quoted" \\ line\n\ttab \u0001 \u007f \u2028 / é 漢 🚦 </script>';
    await db.$transaction((tx) =>
      appendAudit(tx, {
        actor: words,
        action: words,
        subject: words,
        detail: { [words]: words, at: new Date(0), numbers: [0.1, -1, 1e21, 2 ** 64] },
        at: new Date("2026-03-29T01:30:00.123Z"),
      }),
    );
    expect(await verifyAudit(db)).toEqual({ intact: true, entries: 1 });
    expect(await db.auditEntry.findFirst()).toMatchObject({ actor: words, subject: words });
  });

  test("tells the same time as every other row, whatever the session's time zone", async () => {
    const { db } = database();
    await db.$transaction(async (tx) => {
      await tx.$executeRaw`SET LOCAL TIME ZONE 'Asia/Tokyo'`;
      await appendAudit(tx, record("in Tokyo"));
      expect(await tx.auditEntry.findFirst()).toMatchObject({ at });
    });
  });

  test("is written with the act or not at all", async () => {
    const { db } = database();
    const act = db.$transaction(async (tx) => {
      await appendAudit(tx, record("undone"));
      throw new Error("the act failed");
    });
    await expect(act).rejects.toThrow("the act failed");
    expect(await verifyAudit(db)).toEqual({ intact: true, entries: 0 });
  });
});
