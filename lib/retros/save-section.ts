import "server-only";
import type {
  RetroSection,
  RetroSectionName,
  SaveSectionInput,
  SaveSectionOutcome,
} from "@/lib/contracts/retro";
import { extendsText, mergeTexts } from "@/lib/rules/merge-texts";
import type { Ctx } from "@/lib/server/context";
import type { Transaction } from "@/lib/server/db";
import { Refusal } from "@/lib/server/refusal";
import { documentFor, gatherRetro } from "./gather-retro";
import { type Act, writeRetro } from "./write-retro";
import {
  type EditDraft,
  editsSince,
  findSection,
  insertEdits,
  lastConflict,
  saveText,
} from "./write-store";

/** Who drafted what nobody has written yet. */
const DRAFTER = "Known Good";
/** The rest begins empty; these begin with what the receipts say. */
const DRAFTED: readonly RetroSectionName[] = ["summary", "customers"];

type Key = { incidentNumber: number; name: RetroSectionName };
type Saving = { key: Key; text: string; base: number; by: string; at: Date };

/**
 * Saves a section's text. What others wrote since `base` is merged with it word by word; where the same
 * words were changed, nothing is overwritten, and what came is kept among the edits. Saving what is
 * there already changes nothing. Refusal `unknown-base` for a revision that the section never had.
 */
export async function saveSection(
  ctx: Ctx,
  input: SaveSectionInput & { id: string; name: RetroSectionName },
): Promise<SaveSectionOutcome> {
  const { id, name, base } = input;
  const text = input.text.replaceAll("\r\n", "\n");
  const draft = base === 0 ? await draftedText(ctx, id, name) : null;
  return writeRetro(
    ctx,
    { id, action: "save-section" },
    async (tx, _held, { number, at, retro }) => {
      const key = { incidentNumber: number, name };
      const saving = { key, text, base, by: ctx.actor.name, at };
      const current = await findSection(tx, key);
      if (current) return saveOver(tx, current, saving);
      if (draft === null) throw unknownBase();
      if (text === draft) return unchanged({ ...untouched(name), text });
      const drafted: EditDraft = {
        revision: 0,
        kind: "saved",
        text: draft,
        by: DRAFTER,
        at: new Date(retro.draftedAt),
      };
      const section = await saveText(
        tx,
        key,
        { revision: 1, kind: "saved", text, by: saving.by, at },
        drafted,
      );
      return saved("saved", section);
    },
  );
}

/** The drafted text as its editors see it; when somebody has written since, nobody asks for it. */
async function draftedText(ctx: Ctx, id: string, name: RetroSectionName): Promise<string> {
  if (!DRAFTED.includes(name)) return "";
  const { sections } = documentFor(await gatherRetro(ctx, id), "drafted");
  return sections.find((section) => section.name === name)?.text ?? "";
}

async function saveOver(
  tx: Transaction,
  current: RetroSection,
  saving: Saving,
): Promise<Act<SaveSectionOutcome>> {
  const { key, text, base, by, at } = saving;
  if (text === current.text) return unchanged(current);
  const revision = current.revision + 1;
  if (base === current.revision) {
    return saved("saved", await saveText(tx, key, { revision, kind: "saved", text, by, at }, null));
  }
  const since = await editsSince(tx, key, base);
  if (!since) throw unknownBase();
  // Their own text of a moment ago, of which they never heard that it was saved, and more.
  const isCatchingUp = since.writers.every((writer) => writer === by);
  if (isCatchingUp && extendsText(current.text, text)) {
    return saved("saved", await saveText(tx, key, { revision, kind: "saved", text, by, at }, null));
  }
  const merged = mergeTexts(since.text, current.text, text);
  if (merged.outcome === "merged") {
    if (merged.text === current.text) {
      return {
        answer: { outcome: "merged", section: current, yours: null, both: null },
        detail: null,
      };
    }
    const edit = { revision, kind: "merged" as const, text: merged.text, by, at };
    return saved("merged", await saveText(tx, key, edit, null));
  }
  // A page that keeps trying is told each time, and kept once.
  const isKept = (await lastConflict(tx, key, by)) === text;
  if (!isKept) await insertEdits(tx, key, [{ revision: null, kind: "conflict", text, by, at }]);
  return {
    answer: { outcome: "conflict", section: current, yours: text, both: merged.both },
    detail: isKept ? null : { section: key.name, conflictWith: current.revision, base },
    changes: "nothing",
  };
}

function saved(outcome: "saved" | "merged", section: RetroSection): Act<SaveSectionOutcome> {
  return {
    answer: { outcome, section, yours: null, both: null },
    detail: { section: section.name, revision: section.revision, outcome },
  };
}

function unchanged(section: RetroSection): Act<SaveSectionOutcome> {
  return { answer: { outcome: "saved", section, yours: null, both: null }, detail: null };
}

function untouched(name: RetroSectionName): Omit<RetroSection, "text"> {
  return { name, revision: 0, isDrafted: true, editedBy: null, editedAt: null };
}

function unknownBase(): Refusal {
  return new Refusal(
    "unknown-base",
    422,
    "This text was written on a version of the section that never was. Copy it, read the page again, and paste it.",
  );
}
