import "server-only";
import type { Incident } from "@/lib/contracts/incident";
import type { RetroPublication } from "@/lib/contracts/retro";
import { findIncident, insertEntry, updateIncident } from "@/lib/incidents/store";
import { retroMarkdown } from "@/lib/rules/retro-markdown";
import type { Ctx } from "@/lib/server/context";
import type { Transaction } from "@/lib/server/db";
import { Refusal } from "@/lib/server/refusal";
import { documentFor, gatherRetro } from "./gather-retro";
import { writeRetro } from "./write-retro";
import { insertPublication } from "./write-store";

/**
 * Publishes a retro as it stands at `version`, as the next numbered version, which nobody can change any
 * more: its document with names or roles as arranged, and the same as Markdown. A resolved incident is
 * reviewed by it. Refusals: `stale` when anybody wrote in it since, `not-restored`.
 */
export async function publishRetro(
  ctx: Ctx,
  input: { id: string; version: number },
): Promise<RetroPublication> {
  const { id, version } = input;
  // Read before it is held: whatever is written in between raises the version, and is refused below.
  const gathered = await gatherRetro(ctx, id);
  if (gathered.retro.version !== version) throw stale(id);
  if (gathered.incident.status === "declared") {
    throw new Refusal(
      "not-restored",
      409,
      `Customers are hurt again: ${gathered.incident.id} was reopened. Publish when it is over.`,
    );
  }
  const { publication, isReviewed } = await writeRetro(
    ctx,
    { id, action: "publish-retro" },
    async (tx, held, { number, at }) => {
      if (held.version !== version) throw stale(id);
      const next = held.publishedVersion + 1;
      const reviewed = await review(tx, number, { by: ctx.actor.name, version: next, at });
      const incident = reviewed ?? gathered.incident;
      const document = documentFor(
        { ...gathered, document: { ...gathered.document, incident } },
        "all",
      );
      const publishedAt = at.toISOString();
      const url = `${ctx.publicUrl}/retros/${incident.id}`;
      const markdown = retroMarkdown(document, { url, version: next, publishedAt });
      const publishedBy = ctx.actor.name;
      const row = { incidentNumber: number, version: next, publishedBy, document, markdown };
      await insertPublication(tx, { ...row, publishedAt: at });
      return {
        answer: {
          publication: { version: next, publishedAt, publishedBy },
          isReviewed: reviewed !== null,
        },
        detail: { version: next },
        changes: "state",
        patch: {
          state: "published",
          publishedVersion: next,
          arrangedVersion: held.version + 1,
        },
      };
    },
  );
  if (isReviewed) {
    ctx.publish("incident", gathered.incident.id);
    ctx.publish("incidents");
  }
  return publication;
}

/** A resolved incident becomes a reviewed one, and says so; null when it isn't resolved. */
async function review(
  tx: Transaction,
  number: number,
  done: { by: string; version: number; at: Date },
): Promise<Incident | null> {
  const incident = await findIncident(tx, number);
  if (incident?.status !== "resolved") return null;
  const target = { number, version: incident.version };
  const reviewed = await updateIncident(tx, target, { status: "reviewed" });
  if (!reviewed) throw stale(incident.id);
  await insertEntry(tx, {
    incidentNumber: number,
    kind: "status",
    at: done.at,
    text: `${done.by} published its retro (version ${done.version}): ${incident.id} is reviewed`,
    by: done.by,
  });
  return reviewed;
}

function stale(id: string): Refusal {
  return new Refusal(
    "stale",
    409,
    `Somebody wrote in the retro of ${id} meanwhile. Read it as it is now, then publish.`,
  );
}
