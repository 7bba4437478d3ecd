import "server-only";
import type { ReadinessRow } from "@/lib/contracts/recovery";
import type { Service } from "@/lib/contracts/service";
import { judgeReadiness } from "@/lib/rules/judge-readiness";
import type { Ctx } from "@/lib/server/context";
import { askReadiness } from "./ask-readiness";
import { listServices } from "./list-services";
import { type LedgerReadiness, ledgerReadiness } from "./readiness-store";

/** Sources are asked at most this often, however many people look. */
const KEPT_MS = 60_000;
/** The whole board is here by then, whoever is silent. */
const BOARD_MS = 9_000;
/** Services asked at once. */
const AT_ONCE = 8;

type Board = { names: string; askedAt: number; rows: Promise<ReadinessRow[]> };
const boards = new WeakMap<Ctx["db"], Board>();

/**
 * The readiness board: what could be pulled today, per service, asked of every source without pulling
 * anything and kept for a minute. A source that doesn't answer makes its cells `unknown`.
 */
export async function getReadiness(ctx: Ctx): Promise<ReadinessRow[]> {
  const services = await listServices(ctx);
  const names = services.map(({ name }) => name).join();
  const now = ctx.now();
  const kept = boards.get(ctx.db);
  if (kept && kept.names === names && now.getTime() - kept.askedAt < KEPT_MS) return kept.rows;
  const board = { names, askedAt: now.getTime(), rows: judgeAll(ctx, services, now) };
  boards.set(ctx.db, board);
  // What went wrong isn't kept.
  board.rows.catch(() => boards.delete(ctx.db));
  return board.rows;
}

async function judgeAll(ctx: Ctx, services: Service[], now: Date): Promise<ReadinessRow[]> {
  const until = Date.now() + BOARD_MS;
  const ledger = await ledgerReadiness(ctx.db, services, now);
  const rows: ReadinessRow[] = [];
  let next = 0;
  const work = async () => {
    for (let index = next++; index < services.length; index = next++) {
      const service = services[index];
      const known = service && ledger.get(service.name);
      if (known) rows[index] = await judgeOne(ctx, { service, known, now, until });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return rows;
}

async function judgeOne(
  ctx: Ctx,
  about: { service: Service; known: LedgerReadiness; now: Date; until: number },
): Promise<ReadinessRow> {
  const { service, now } = about;
  const { lastMerge, ...ledger } = about.known;
  const asked = await askReadiness(ctx, service, { lastMerge, until: about.until });
  return {
    service: service.name,
    title: service.title,
    mayBeDrilled: service.mayBeDrilled,
    cells: judgeReadiness({ service, now: now.getTime(), ledger, ...asked }),
    checkedAt: now.toISOString(),
  };
}
