import "server-only";
import type { Page } from "@/lib/contracts/page";
import type { RetroRow, RetroState } from "@/lib/contracts/retro";
import { peopleByRole, roleSayer } from "@/lib/rules/people-by-role";
import type { Ctx } from "@/lib/server/context";
import { type FoundRetro, namesOf, retroRows } from "./list-store";

const USUAL = 30;
const MOST = 100;

/**
 * One page of retros and of restored incidents without one (`state: "none"`), newest first, or the
 * best match first when something is searched for: words as in a search engine, an incident's id, or
 * a part of its title. Excerpts mark what was found with « and ».
 */
export async function listRetros(
  ctx: Pick<Ctx, "db">,
  query: {
    search?: string | undefined;
    state?: RetroState | "none" | undefined;
    after?: string | undefined;
    limit?: number | undefined;
  },
): Promise<Page<RetroRow>> {
  const limit = Math.min(query.limit ?? USUAL, MOST);
  const after = cursorOf(query.after);
  const search = query.search?.trim() || undefined;
  const found = await retroRows(ctx.db, { search, state: query.state, after, limit: limit + 1 });
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const items = search ? await byRole(ctx, rows) : rows;
  return {
    items: items.map(({ incident, retro, excerpt }) => ({ incident, retro, excerpt })),
    next: found.length > limit && last ? `${last.rank}_${last.number}` : null,
  };
}

function cursorOf(after: string | undefined): { rank: number; number: number } | undefined {
  const [, rank, number] = /^(\d+(?:\.\d+)?(?:e-\d+)?)_(\d{1,9})$/.exec(after ?? "") ?? [];
  return rank && number ? { rank: Number(rank), number: Number(number) } : undefined;
}

/** Excerpts are of words as they were written: names in them become roles where they aren't shown. */
async function byRole(ctx: Pick<Ctx, "db">, rows: FoundRetro[]): Promise<FoundRetro[]> {
  const veiled = rows.filter(({ retro, excerpt }) => excerpt !== null && !retro?.showsNames);
  const names = await namesOf(
    ctx.db,
    veiled.map(({ number }) => number),
  );
  return rows.map((row) => {
    if (row.excerpt === null || row.retro?.showsNames) return row;
    const { incident, number } = row;
    const people = peopleByRole({ incident, acted: names.get(number) ?? [], wrote: [] });
    // The list doesn't know in which order they appear in the retro: responders have no number here.
    const say = roleSayer(
      people.map(({ role, name }) => ({
        name,
        role: role.replace(/^responder \d+$/, "a responder"),
      })),
    );
    return { ...row, excerpt: say(row.excerpt) };
  });
}
