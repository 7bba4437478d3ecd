import { startRetro } from "@/lib/retros/start-retro";
import type { Ctx } from "./context";
import type { Refusal } from "./refusal";
import { ctxOn } from "./test-ctx";
import { pastIncident } from "./test-incident";
import { type Addresses, checkoutService } from "./test-names";

const NOWHERE = "http://127.0.0.1:9";
const MINUTE = 60_000;

export const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE);

/** Somebody's ctx, with what it published; sources are nowhere unless told. */
export function writerOn(
  db: Ctx["db"],
  name = "Ada",
  addresses: Partial<Addresses> = {},
  now?: () => Date,
) {
  const published: string[] = [];
  const all = { kubernetes: NOWHERE, github: NOWHERE, unleash: NOWHERE, prometheus: NOWHERE };
  const world = { addresses: { ...all, ...addresses }, service: checkoutService() };
  const ctx: Ctx = {
    ...ctxOn(world, db, { name, timeoutSeconds: 2, ...(now ? { now } : {}) }),
    publish: (topic, key) => published.push(key ? `${topic} ${key}` : topic),
  };
  return { ctx, published };
}

/** An incident that Ada led and that is over, with its drafted retro; answers its id. */
export async function draftedRetro(
  ctx: Ctx,
  status: "restored" | "resolved" = "restored",
): Promise<string> {
  const number = await pastIncident(ctx.db, {
    status,
    harmBeganAt: ago(60),
    declaredAt: ago(55),
    restoredAt: ago(40),
    resolvedAt: status === "resolved" ? ago(30) : null,
  });
  await startRetro(ctx, { incidentId: `INC-${number}` });
  return `INC-${number}`;
}

/** "done", or the code that a verb refused with. */
export const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: Refusal) => error.code,
  );
