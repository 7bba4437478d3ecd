import "server-only";
import type { Incident } from "@/lib/contracts/incident";
import type { Retro } from "@/lib/contracts/retro";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import type { Transaction } from "@/lib/server/db";
import { findRetro } from "./find-retro";
import { refreshWords } from "./retro-words";
import { type HeldRetro, holdRetro, type RetroPatch, touchRetro } from "./write-store";

/** What an act of writing comes to. */
export type Act<T> = {
  answer: T;
  /** What the audit keeps of it; null: nothing was done, and nothing is counted. */
  detail: Record<string, unknown> | null;
  /**
   * `words`: the retro says something else now (the default). `state`: something that no published
   * version is outdated by. `nothing`: it is only written down that somebody tried.
   */
  changes?: "words" | "state" | "nothing";
  patch?: RetroPatch;
};

export type Writing = { number: number; incident: Incident; retro: Retro; at: Date };

/**
 * The frame of everything that is written in a retro: one writer at a time; then its version rises, the
 * search finds the new words, the audit says who did it, and open pages are told. A Refusal undoes all
 * of it. Refusals of its own: `unknown-incident`, `no-retro`.
 */
export async function writeRetro<T>(
  ctx: Ctx,
  input: { id: string; action: string; subject?: string },
  work: (tx: Transaction, held: HeldRetro, writing: Writing) => Promise<Act<T>>,
): Promise<T> {
  const { number, incident, retro } = await findRetro(ctx, input.id);
  const writing = { number, incident, retro, at: ctx.now() };
  const act = await ctx.db.$transaction(async (tx) => {
    const held = await holdRetro(tx, number);
    if (!held) throw new Error(`${incident.id} lost its retro`);
    const done = await work(tx, held, writing);
    if (done.detail === null) return done;
    const changes = done.changes ?? "words";
    if (changes !== "nothing") {
      await touchRetro(tx, held, changes === "words" ? writing.at : null, done.patch);
      await refreshWords(tx, number);
    }
    await appendAudit(tx, {
      actor: ctx.actor.id,
      action: input.action,
      subject: input.subject ?? incident.id,
      detail: done.detail,
      at: writing.at,
    });
    return done;
  });
  if (act.detail !== null) {
    ctx.publish("retro", incident.id);
    ctx.publish("retros");
  }
  return act.answer;
}
