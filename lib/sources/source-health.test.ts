import { expect, test } from "vitest";
import { SourceError } from "@/lib/integrations/source-error";
import { ctxOn, type LogLine } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { checkoutService } from "@/lib/server/test-names";
import { SourceHealth } from "./source-health";
import { storedSources } from "./store";

/** Nothing is asked here. */
const NOWHERE = "http://127.0.0.1:9";
const ADDRESSES = { kubernetes: NOWHERE, unleash: NOWHERE, github: NOWHERE, prometheus: NOWHERE };

eachDatabase("what is known of a source", (database) => {
  function watched() {
    const lines: LogLine[] = [];
    const world = { addresses: ADDRESSES, service: checkoutService() };
    const ctx = ctxOn(world, database().db, { lines });
    const source = ctx.sources.all().find(({ name }) => name === "flags");
    if (!source) throw new Error("there is no such source");
    const health = new SourceHealth(ctx, source);
    const stored = async () => {
      await health.settled();
      return (await storedSources(ctx.db)).get("flags");
    };
    return { health, lines, stored, ctx };
  }

  test("its silence is logged once, and its end", async () => {
    const { health, lines, stored, ctx } = watched();
    health.live(ctx.now());
    for (let n = 0; n < 5; n += 1) health.failed(new SourceError("unreachable", "It is away."));
    expect(await stored()).toMatchObject({ problem: "It is away.", silentSince: expect.any(Date) });
    health.live(ctx.now());
    health.live(ctx.now());
    expect(await stored()).toMatchObject({ problem: null, silentSince: null });
    const messages = lines.map(({ message }) => message);
    expect(messages).toEqual(["a source can't be asked", "a source answers again"]);
  });

  test("it isn't called silent because the database went away", async () => {
    const { health, stored, ctx } = watched();
    health.live(ctx.now());
    health.failed(new Error("Connection terminated unexpectedly"));
    expect(await stored()).toMatchObject({ problem: null, silentSince: null });
    health.failed(new Error("a bug"));
    expect((await stored())?.problem).toContain("The log says why");
  });
});
