import "server-only";
import type { HoldState } from "@/lib/contracts/hold";
import type { HoldAnswer } from "@/lib/integrations/hold-answer";
import { asJson } from "@/lib/server/as-json";
import type { Database } from "@/lib/server/db";

/** Nothing more is to be asked of what was let go. */
const NEVER = new Date("9999-12-31T00:00:00Z");
const AT_ONCE = 64;

/** What a hold becomes; what it doesn't name stays as it is. */
export type HoldPatch = {
  state: HoldState;
  sentence: string;
  at: Date;
  who?: string | null;
  commands?: string[];
  url?: string | null;
  was?: unknown;
  asserted?: string | null;
  lostAt?: Date | null;
  checkedAt?: Date;
  endsByItself?: boolean;
};

/** The patch that says what an outside system answered to being asked to hold something. */
export function patchOfAnswer(answer: HoldAnswer, now: Date): HoldPatch {
  switch (answer.outcome) {
    case "held": {
      const { sentence, was, commands, url } = answer;
      const at = new Date(answer.at);
      return {
        ...{ state: "held", sentence, was, commands, url, at, checkedAt: at, who: null },
        endsByItself: answer.endsByItself,
      };
    }
    case "released": {
      const at = new Date(answer.at);
      return { state: "released", sentence: answer.sentence, at, checkedAt: at, who: null };
    }
    case "refused": {
      const { because, who, commands } = answer;
      return { state: "not-held", sentence: because, who, commands, at: now };
    }
    default:
      return answer satisfies never;
  }
}

/**
 * Writes what became of a hold that is still open, and when it is next due: sooner when somebody asked
 * for that since it was taken at `takenDueAt`. False when it was let go of meanwhile.
 */
export function saveHold(
  db: Database,
  number: number,
  patch: HoldPatch,
  due: { takenDueAt: Date | null; nextAt: Date },
): Promise<boolean> {
  return write(db, { number, patch, ...due, closes: false });
}

/** Closes a hold that was let go of; false when somebody claimed it since it was taken. */
export function closeHold(
  db: Database,
  number: number,
  { sentence, at }: { sentence: string; at: Date },
  takenDueAt: Date,
): Promise<boolean> {
  const patch: HoldPatch = {
    ...{ state: "released", sentence, at, checkedAt: at, who: null, commands: [] },
  };
  return write(db, { number, patch, takenDueAt, nextAt: NEVER, closes: true });
}

type Write = {
  number: number;
  patch: HoldPatch;
  takenDueAt: Date | null;
  nextAt: Date;
  /** Only while it is being let go of, and unless somebody claimed it since. */
  closes: boolean;
};
type Waiting = { one: Write; settle(isKept: boolean): void; fail(error: unknown): void };

/** What waits to be written while something is being written: one list for each database. */
const lists = new WeakMap<Database, Waiting[]>();

/** Answers come in droves: those that come while others are written are written together. */
function write(db: Database, one: Write): Promise<boolean> {
  return new Promise((settle, fail) => {
    const list = lists.get(db);
    if (list) {
      list.push({ one, settle, fail });
      return;
    }
    const begun = [{ one, settle, fail }];
    lists.set(db, begun);
    void writeAll(db, begun);
  });
}

async function writeAll(db: Database, list: Waiting[]): Promise<void> {
  // Whoever writes at the same moment comes along.
  await Promise.resolve();
  while (list.length > 0) await writeSome(db, takeSome(list));
  lists.delete(db);
}

/** The next to be written together: of each hold the first. */
function takeSome(list: Waiting[]): Waiting[] {
  const some = new Map<number, Waiting>();
  for (const waiting of list) {
    if (some.size < AT_ONCE && !some.has(waiting.one.number)) some.set(waiting.one.number, waiting);
  }
  const taken = new Set(some.values());
  list.splice(0, list.length, ...list.filter((waiting) => !taken.has(waiting)));
  return [...taken];
}

async function writeSome(db: Database, some: Waiting[]): Promise<void> {
  try {
    const writes = some.map(({ one }) => one);
    const kept = await update(db, writes);
    for (const { one, settle } of some) settle(kept.has(one.number));
  } catch (error) {
    // One that can't be written keeps no other from being.
    if (some.length > 1) for (const waiting of some) await writeSome(db, [waiting]);
    else some[0]?.fail(error);
  }
}

async function update(db: Database, writes: Write[]): Promise<Set<number>> {
  const rows = await db.$queryRaw<{ number: number }[]>`
    WITH said AS (
      SELECT (one->>'number')::int AS "number", one->'patch' AS "patch",
             (one->>'takenDueAt')::timestamptz AS "takenDueAt",
             (one->>'nextAt')::timestamptz AS "nextAt", (one->>'closes')::boolean AS "closes"
        FROM jsonb_array_elements(${JSON.stringify(asJson(writes))}::jsonb) one),
    turn AS MATERIALIZED (
      SELECT "Hold"."number" FROM "Hold" JOIN said ON said."number" = "Hold"."number"
       WHERE "Hold"."openKey" IS NOT NULL
         AND (NOT said."closes"
              OR ("Hold"."state" = 'releasing' AND "Hold"."dueAt" = said."takenDueAt"))
       ORDER BY "Hold"."number" FOR UPDATE OF "Hold")
    UPDATE "Hold" SET
      "state" = "patch"->>'state',
      "sentence" = "patch"->>'sentence',
      -- Since when it is in this state: it stays when the state does.
      "at" = CASE WHEN "state" = "patch"->>'state' THEN "at" ELSE ("patch"->>'at')::timestamptz END,
      "who" = CASE WHEN "patch"->'who' IS NULL THEN "who" ELSE "patch"->>'who' END,
      "commands" = CASE WHEN "patch"->'commands' IS NULL THEN "commands"
                   ELSE ARRAY(SELECT jsonb_array_elements_text("patch"->'commands')) END,
      "url" = CASE WHEN "patch"->'url' IS NULL THEN "url" ELSE "patch"->>'url' END,
      "was" = CASE WHEN "patch"->'was' IS NULL THEN "was"
              ELSE nullif("patch"->'was', 'null'::jsonb) END,
      "asserted" = CASE WHEN "patch"->'asserted' IS NULL THEN "asserted"
                   ELSE "patch"->>'asserted' END,
      "lostAt" = CASE WHEN "patch"->'lostAt' IS NULL THEN "lostAt"
                 ELSE ("patch"->>'lostAt')::timestamptz END,
      "checkedAt" = coalesce(("patch"->>'checkedAt')::timestamptz, "checkedAt"),
      "endsByItself" = coalesce(("patch"->>'endsByItself')::boolean, "endsByItself"),
      "openKey" = CASE WHEN "closes" THEN NULL ELSE "openKey" END,
      "dueAt" = CASE WHEN "takenDueAt" IS NULL OR "dueAt" = "takenDueAt" THEN "nextAt"
                ELSE "dueAt" END
     FROM said JOIN turn ON turn."number" = said."number"
    WHERE "Hold"."number" = said."number"
    RETURNING "Hold"."number"`;
  return new Set(rows.map(({ number }) => number));
}
