import "server-only";
import type { CurateInput, TimelineItem } from "@/lib/contracts/retro";
import { type Curation, curateTimeline } from "@/lib/rules/curate-timeline";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { documentFor, type GatheredRetro, gatherRetro } from "./gather-retro";
import { refuseBareAttachments, refuseFuture } from "./refuse-item";
import { writeRetro } from "./write-retro";
import { curationsOf, type ItemPatch, saveItem } from "./write-store";

/**
 * Says something of one line of the timeline: keep or hide it, correct its time or words (what was
 * recorded stays beside them), annotate it, fold it into another. Answers the line, or the one that it
 * is folded into. Refusals: `unknown-subject`, `merge-circle`, `in-the-future`, `own-event`,
 * `bare-attachment`, `stale`.
 */
export async function curateItem(
  ctx: Ctx,
  input: CurateInput & { id: string; subject: string },
): Promise<TimelineItem> {
  const { id, subject, version } = input;
  refuseFuture(input.at, ctx.now());
  refuseBareAttachments(input.attachments);
  const gathered = await gatherRetro(ctx, id);
  const curations = await writeRetro(
    ctx,
    { id, action: "curate-item" },
    async (tx, _held, { number, at }) => {
      const before = await curationsOf(tx, number);
      refuseUnknownSubjects(gathered, before, [subject, input.mergedInto ?? subject]);
      const current = before.find((curation) => curation.subject === subject);
      if ((current?.version ?? 0) !== version) throw stale();
      refuseCircle(before, subject, input.mergedInto);
      const patch = patchOf(subject, input);
      if (current && isSame(current, input)) return { answer: before, detail: null };
      await saveItem(tx, { incidentNumber: number, subject }, patch, {
        name: ctx.actor.name,
        at,
        version: version + 1,
      });
      const { id: _id, version: _version, ...said } = input;
      return { answer: await curationsOf(tx, number), detail: said };
    },
  );
  const timeline = curateTimeline(gathered.draft.timeline, curations);
  const document = { ...gathered.document, timeline };
  const item = documentFor({ ...gathered, document }, "drafted").timeline.find(
    (one) => one.subject === subject || one.merged.some((inner) => inner.subject === subject),
  );
  if (!item) throw new Error(`${subject} is on no timeline of ${id}`);
  return item;
}

/** Refuses what points at lines that the log hasn't got. Refusal `unknown-subject`. */
export function refuseUnknownSubjects(
  gathered: Pick<GatheredRetro, "draft">,
  curations: readonly Curation[],
  subjects: readonly string[],
): void {
  const known = new Set([
    ...gathered.draft.timeline.map((item) => item.subject),
    ...curations.flatMap((said) => (said.subject.startsWith("event:") ? said.subject : [])),
  ]);
  const missing = subjects.find((one) => !known.has(one));
  if (missing !== undefined) {
    throw new Refusal(
      "unknown-subject",
      422,
      `The timeline has no ${missing.slice(0, 80)}. Read the page again; it may have changed.`,
    );
  }
}

function patchOf(subject: string, input: CurateInput): ItemPatch {
  const { shown, mergedInto, note, at, text, known, attachments } = input;
  const isEvent = subject.startsWith("event:");
  if (isEvent && (at === null || text === null)) {
    throw new Refusal(
      "own-event",
      422,
      "This line was added by hand: nothing else was recorded to go back to. Hide it, or say it anew.",
    );
  }
  return {
    ...(shown === undefined ? {} : { shown }),
    ...(mergedInto === undefined ? {} : { mergedInto }),
    ...(note === undefined ? {} : { note: note || null }),
    ...(at === undefined ? {} : { at: at === null ? null : new Date(at) }),
    ...(text === undefined ? {} : { text }),
    ...(known === undefined ? {} : { known }),
    ...(attachments === undefined ? {} : { attachments }),
  };
}

function isSame(current: Curation, input: CurateInput): boolean {
  const { attachments, at, ...rest } = input;
  const isTime = at === undefined || time(at) === time(current.at);
  const isAttached =
    attachments === undefined ||
    JSON.stringify(attachments) === JSON.stringify(current.attachments);
  const { shown, mergedInto, note, text, known } = { ...current, ...given(rest) };
  const is = current;
  return (
    isTime &&
    isAttached &&
    shown === is.shown &&
    mergedInto === is.mergedInto &&
    (note || null) === is.note &&
    text === is.text &&
    known === is.known
  );
}

function given<T extends object>(input: T): Partial<T> {
  const entries = Object.entries(input).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<T>;
}

function time(at: string | null): number | null {
  return at === null ? null : Date.parse(at);
}

function refuseCircle(
  curations: readonly Curation[],
  subject: string,
  mergedInto: string | null | undefined,
): void {
  const into = new Map(curations.map((said) => [said.subject, said.mergedInto]));
  const passed = new Set<string>();
  for (let at = mergedInto; at && !passed.has(at); at = into.get(at)) {
    if (at === subject) {
      throw new Refusal(
        "merge-circle",
        422,
        "These two would be folded into each other. Take the other one apart first.",
      );
    }
    passed.add(at);
  }
}

function stale(): Refusal {
  return new Refusal(
    "stale",
    409,
    "Somebody changed this line meanwhile. Look at it as it is now, then repeat.",
  );
}
