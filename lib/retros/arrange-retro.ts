import "server-only";
import type { ArrangeRetroInput, Retro } from "@/lib/contracts/retro";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { findRetro } from "./find-retro";
import { writeRetro } from "./write-retro";
import type { RetroPatch } from "./write-store";

/** What an invitation tells; when one of these changes, calendars must be told anew. */
const INVITED = ["facilitator", "scheduledFor", "minutes", "place"] as const;

/**
 * Says when, where and by whom a retro is led, whether it shows names, and whether it is being written or
 * reviewed. Refusal `stale` when somebody arranged it since `version`; who only wrote in it disturbs
 * nobody.
 */
export async function arrangeRetro(
  ctx: Ctx,
  input: ArrangeRetroInput & { id: string },
): Promise<Retro> {
  const { id, version, ...given } = input;
  await writeRetro(ctx, { id, action: "arrange-retro" }, async (tx, held) => {
    const { retro } = await findRetro({ db: tx }, id);
    const changed = changesOf(retro, given);
    if (Object.keys(changed).length === 0) return { answer: null, detail: null };
    if (version < held.arrangedVersion || version > held.version) {
      throw new Refusal(
        "stale",
        409,
        "Somebody arranged this retro meanwhile. Look at it as it is now, then repeat.",
      );
    }
    const isInvited = INVITED.some((name) => changed[name] !== undefined);
    const { scheduledFor, ...rest } = changed;
    const patch: RetroPatch = {
      ...rest,
      ...(scheduledFor === undefined
        ? {}
        : { scheduledFor: scheduledFor === null ? null : new Date(scheduledFor) }),
      ...(isInvited ? { invitation: held.invitation + 1 } : {}),
      arrangedVersion: held.version + 1,
    };
    const before = Object.fromEntries(
      Object.keys(changed).map((name) => [name, retro[name as keyof Retro]]),
    );
    return {
      answer: null,
      detail: { ...changed, before },
      // Of all this only the names are part of what is published.
      changes: changed.showsNames === undefined ? "state" : "words",
      patch,
    };
  });
  return (await findRetro(ctx, id)).retro;
}

type Given = Omit<ArrangeRetroInput, "version">;

function changesOf(retro: Retro, given: Given): Given {
  const names = [...INVITED, "showsNames", "state"] as const;
  const changed = names.filter((name) => {
    const value = given[name];
    if (value === undefined) return false;
    return name === "scheduledFor" && value !== null && retro.scheduledFor !== null
      ? Date.parse(String(value)) !== Date.parse(retro.scheduledFor)
      : value !== retro[name];
  });
  return Object.fromEntries(changed.map((name) => [name, given[name]]));
}
