import { flushCompileCache } from "node:module";
import { appendAudit } from "../../lib/server/audit.ts";
import { openDatabase } from "../../lib/server/db.ts";

const { db } = await openDatabase({ dataDir: process.env.WRITE_UNTIL_KILLED ?? "" });
// Once a run: the next one that is killed finds its files compiled.
flushCompileCache();
process.stdout.write("open\n");

/** Writes audit rows until the process is killed; each that was committed is said. */
for (let n = 0; ; n += 1) {
  const at = new Date();
  const subject = `R-${process.pid}-${n}`;
  await db.$transaction(async (tx) => {
    await tx.source.upsert({
      where: { name: "clock" },
      create: { name: "clock", kind: "deploys", product: "kubernetes", knownAt: at },
      update: { knownAt: at, problem: "x".repeat(n % 2_000) },
    });
    await appendAudit(tx, { actor: "writer", action: "write", subject, detail: { n }, at });
  });
  process.stdout.write(`${subject}\n`);
}
