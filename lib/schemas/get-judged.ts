import "server-only";
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { SourceError } from "@/lib/integrations/source-error";
import {
  JUDGE_VERSION,
  type JudgedChanges,
  judgeSchemaChanges,
} from "@/lib/rules/judge-schema-changes";
import type { SchemaChanges } from "@/lib/rules/schema-changes";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { listMigratedDown } from "./list-migrated-down";
import type { Question } from "./question";
import {
  findChanges,
  type KnownChanges,
  keepChanges,
  keepJudged,
  type MigratedDownRow,
  touchChanges,
} from "./store";

export type Judged = {
  changes: SchemaChanges;
  judged: JudgedChanges;
  /** What somebody took back of it by hand, newest first, and by which paths. */
  takenBack: { row: MigratedDownRow; paths: string[] }[];
};

type Asking = Map<string, Promise<KnownChanges>>;
/** Questions under way: whoever asks the same meanwhile waits for that answer. */
const underWay = new WeakMap<Ctx["db"], Asking>();
/** Judged by this process: another one may have had another judge. */
const judgedHere = new WeakMap<Ctx["db"], Set<string>>();

/**
 * What is judged of the migrations at issue. The ledger answers what a source was asked once; a source
 * is waited for up to `patienceMs` (0: it isn't asked), and what it says later is kept for the next
 * look. Never throws for a source or a judge: then `problem` says why nothing is known.
 */
export async function getJudged(
  ctx: Ctx,
  question: Question,
  { patienceMs }: { patienceMs: number },
): Promise<Judged | { problem: string }> {
  const [kept, downs] = await Promise.all([
    findChanges(ctx.db, question.key),
    listMigratedDown(ctx, question),
  ]);
  if (!kept && patienceMs === 0) return { problem: "Its migrations haven’t been read yet." };
  try {
    const known = kept ?? (await inTime(ask(ctx, question), patienceMs));
    if (!known) {
      return {
        problem: `Its migrations are still being read from ${question.source}: look again in a few seconds.`,
      };
    }
    return await judge(ctx, known, downs, { mayRecall: patienceMs === 0 });
  } catch (error) {
    if (error instanceof SourceError || error instanceof Refusal) {
      return { problem: error.sentence };
    }
    ctx.log.error({ err: error, repository: question.repository }, "migrations can't be judged");
    return { problem: "Its migrations couldn’t be judged; the server’s log says why." };
  }
}

/** Asks the source, once for everybody, and keeps what it says. */
function ask(ctx: Ctx, question: Question): Promise<KnownChanges> {
  const asking: Asking = underWay.get(ctx.db) ?? new Map();
  underWay.set(ctx.db, asking);
  const { key, source, repository } = question;
  const begun = asking.get(key);
  if (begun) return begun;
  const work = async (): Promise<KnownChanges> => {
    const changes = await question.ask(ctx.sources.get("code", source));
    const at = ctx.now();
    await keepChanges(ctx.db, { key, source, repository, changes, at });
    return { key, changes, judged: new Map(), usedAt: at };
  };
  const answer = work().finally(() => asking.delete(key));
  // Whoever lost patience no longer listens.
  answer.catch(() => undefined);
  asking.set(key, answer);
  return answer;
}

async function inTime<T>(work: Promise<T>, patienceMs: number): Promise<T | null> {
  const patience = new AbortController();
  const late = sleep(patienceMs, null, { ref: false, signal: patience.signal }).catch(() => null);
  return Promise.race([work, late]).finally(() => patience.abort());
}

async function judge(
  ctx: Ctx,
  known: KnownChanges,
  downs: MigratedDownRow[],
  { mayRecall }: { mayRecall: boolean },
): Promise<Judged> {
  const { key, changes } = known;
  const there = new Set([
    ...[...changes.added, ...changes.edited].map(({ path }) => path),
    ...changes.removed,
  ]);
  const takenBack = downs
    .map((row) => ({ row, paths: row.paths.filter((path) => there.has(path)) }))
    .filter(({ paths }) => paths.length > 0);
  const without = [...new Set(takenBack.flatMap(({ paths }) => paths))].sort();
  const variant = variantOf(without);
  const here = judgedHere.get(ctx.db) ?? new Set();
  judgedHere.set(ctx.db, here);
  const recalled = known.judged.get(variant);
  const mark = `${key} ${variant}`;
  if (recalled && (mayRecall || here.has(mark))) return { changes, judged: recalled, takenBack };
  const judged = await judgeSchemaChanges(changes, without);
  await keepJudged(ctx.db, { key, variant, judged, at: ctx.now() });
  await touchChanges(ctx.db, known, ctx.now());
  here.add(mark);
  return { changes, judged, takenBack };
}

function variantOf(without: string[]): string {
  if (without.length === 0) return JUDGE_VERSION;
  const hash = createHash("sha256").update(JSON.stringify(without)).digest("base64url");
  return `${JUDGE_VERSION}:${hash.slice(0, 22)}`;
}
