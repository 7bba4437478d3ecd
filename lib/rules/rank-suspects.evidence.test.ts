import { describe, expect, test } from "vitest";
import type { Change } from "@/lib/contracts/change";
import { deploy, flag, merge, rank, signal, step, timeOf, well } from "@/lib/server/test-suspects";

describe("time", () => {
  test("a rollout in progress is judged by when its pods began to serve", () => {
    const rolling = deploy("long", -25, "checkout", { completedAt: timeOf(5) });
    const { ids, wordsOf } = rank([rolling, deploy("quick", -8)]);
    expect(ids[0]).toBe("long");
    expect(wordsOf("long").join()).toContain("were taking over when harm began");
  });

  test("harm that builds up keeps what lies hours back possible, and says so", () => {
    const old = deploy("old", -300, "checkout", { templateChanges: ["env CACHE_TTL_S 60 → 1"] });
    expect(rank([old]).wordsOf("old").join()).toContain("harm from that can come hours later");
    const leak = { texts: ["checkout OOMKilled"] };
    const plain = deploy("old", -300);
    expect(rank([plain], { evidence: leak }).shareOf("old")).toBeGreaterThan(
      rank([plain]).shareOf("old"),
    );
    expect(rank([plain]).noRecentChange.probability).toBeGreaterThan(0.8);
  });

  test("a start of harm beyond all measure still leaves shares", () => {
    const linked = [
      deploy("d", -5, "checkout", { carries: ["m"] }),
      merge("m", 7, ["src/a.ts"], ["discounts"]),
      flag("f", -5, 23, 100),
    ];
    const { suspects, noRecentChange } = rank(linked, { harmBeganAt: 1e250, now: 1e250 });
    expect(suspects.length).toBeGreaterThan(0);
    for (const { probability } of [...suspects, noRecentChange]) {
      expect(probability).toBeGreaterThanOrEqual(0);
    }
  });

  test("what came a moment after the first sign may still be it, but not minutes after", () => {
    expect(rank([deploy("late", 0.2)]).ids).toEqual(["late"]);
    expect(rank([deploy("late", 2)]).ids).toEqual([]);
  });
});

describe("harm that went by itself", () => {
  const over = (minute: number) => (minute < 0 || minute >= 8 ? 0.003 : 0.2);
  const saysOver = (trace: ReturnType<typeof signal>) =>
    rank([deploy("d", -5)], { evidence: { signals: [trace] } })
      .outside.join()
      .includes("good again");

  test("is told once the signal has been good for minutes", () => {
    expect(saysOver(signal("checkout", over))).toBe(true);
  });

  test("isn't taken for gone where the signal fell silent", () => {
    const { points, ...trace } = signal("checkout", over);
    const fellSilentAt = Date.parse(timeOf(8));
    const silent = points.filter(([at]) => at < fellSilentAt);
    expect(saysOver({ ...trace, points: silent })).toBe(false);
    const gaps = points.map(([at, value]): [number, number | null] => [
      at,
      at < fellSilentAt ? value : null,
    ]);
    expect(
      rank([deploy("d", -5)], {
        evidence: { signals: [{ ...trace, points: gaps }] },
      }).outside.join(),
    ).not.toContain("good again");
  });
});

describe("pods", () => {
  test("that are missing while a Restoration rolls out say nothing of the mistake", () => {
    const missing = {
      ...{ source: "cluster", namespace: "n", deployment: "checkout" },
      sentence: "1 of 4 pods not available",
    };
    const bad = deploy("bad", -1);
    const wordsWith = (changes: Change[]) =>
      rank(changes, { now: 20, evidence: { unhealthy: [{ ...missing, since: timeOf(13) }] } })
        .wordsOf("bad")
        .join();
    expect(wordsWith([bad])).toContain("1 of 4 pods not available");
    const back = deploy("back", 13, "checkout", { restorationId: "R-1" });
    expect(wordsWith([bad, back])).not.toContain("pods not available");
  });
});

describe("place", () => {
  test("what all that is hurt stands on comes before what explains one of them", () => {
    const changes = [deploy("one", -2), deploy("shared", -4, "prices")];
    const { ids, wordsOf } = rank(changes, { affected: ["checkout", "search"] });
    expect(ids).toEqual(["shared", "one"]);
    expect(wordsOf("shared")).toContain("It would explain both services that are hurt.");
    expect(wordsOf("one")).toContain("It would explain one service of the 2 that are hurt.");
  });

  test("a dependency that turned bad first points below", () => {
    const changes = [deploy("above", -2), deploy("below", -6, "prices")];
    const signals = [signal("checkout", step(0)), signal("prices", step(-4))];
    const { ids, wordsOf } = rank(changes, { evidence: { signals } });
    expect(ids[0]).toBe("below");
    expect(wordsOf("above").join()).toContain("that points below");
    const healthy = [signal("checkout", step(0)), signal("prices", well)];
    const other = rank(changes, { evidence: { signals: healthy } });
    expect(other.ids[0]).toBe("above");
    expect(other.wordsOf("below")).toContain("The signal of prices itself stayed good.");
  });

  test("many hurt at once without anything shared points outside", () => {
    const changes = [deploy("one", -6, "search")];
    const hurt = ["shop", "checkout", "search", "prices"].map((name) => signal(name, step(0)));
    const { noRecentChange, outside } = rank(changes, {
      affected: ["shop"],
      evidence: { signals: hurt },
    });
    expect(noRecentChange.probability).toBeGreaterThan(0.5);
    expect(outside.join()).toContain("nothing that changed in the hour before is shared");
  });
});

describe("what changed", () => {
  test("words of an error tell two deploys apart", () => {
    const changes = [
      deploy("last", -2, "checkout", { carries: ["m1"] }),
      deploy("tax", -9, "checkout", { carries: ["m2"], revision: 1 }),
      merge("m1", 71, ["src/banner/header.css"]),
      merge("m2", 72, ["src/tax/rounding-rule.ts"]),
    ];
    expect(rank(changes).ids[0]).toBe("last");
    const { ids, wordsOf } = rank(changes, {
      evidence: { texts: ["at rounding-rule.ts:41 in tax"] },
    });
    expect(ids[0]).toBe("tax");
    expect(wordsOf("tax").join()).toContain(
      "The incident's words occur in #72: “rounding-rule.ts”",
    );
  });

  test("documentation alone hardly hurts, a restart rarely, configuration may", () => {
    const docs = [deploy("d", -3, "checkout", { carries: ["m"] }), merge("m", 7, ["docs/a.md"])];
    const restart = deploy("d", -3, "checkout", {
      templateChanges: ["annotation restartedAt a → b"],
    });
    const settings = deploy("d", -3, "checkout", { templateChanges: ["env TIMEOUT_MS 500 → 50"] });
    const share = (changes: Change[]) => rank(changes).shareOf("d");
    expect(share(docs)).toBeLessThan(share([restart]));
    expect(share([restart])).toBeLessThan(share([settings]));
    expect(rank([settings]).wordsOf("d")).toContain(
      "It changed configuration alone: env TIMEOUT_MS 500 → 50.",
    );
  });

  test("a ramp that the signal follows step by step", () => {
    const ramp = [flag("a", -40, 0, 25), flag("b", -20, 25, 50), flag("c", -1, 50, 100)];
    const stairs = (m: number) => (m < -40 ? 0.002 : m < -20 ? 0.009 : m < -1 ? 0.017 : 0.035);
    const { suspects, ids, wordsOf } = rank([...ramp, deploy("d", -1)], {
      evidence: { signals: [signal("checkout", stairs)] },
    });
    expect(suspects[0]?.changeIds.toSorted()).toEqual(["a", "b", "c"]);
    expect(wordsOf(ids[0] ?? "").join()).toContain("the signal moved with each step");
  });
});

describe("one piece of work", () => {
  const code = merge("m", 9, ["src/discounts.ts"], ["discounts"]);

  test("a flag turned after the deploy of its code: headed by what took effect at the start", () => {
    const brought = deploy("d", -90, "checkout", { carries: ["m"] });
    const { suspects } = rank([brought, code, flag("f", -2, 0, 100)]);
    expect(suspects.map(({ changeIds }) => changeIds)).toEqual([["f", "d", "m"]]);
    const fresh = deploy("d", -2, "checkout", { carries: ["m"] });
    expect(rank([fresh, code, flag("f", -1.9, 0, 1)]).ids).toEqual(["d"]);
  });

  test("one merge that went live on two hurt services", () => {
    const changes = [
      deploy("d1", -4, "checkout", { carries: ["m"] }),
      deploy("d2", -3, "search", { carries: ["m"] }),
      code,
    ];
    expect(rank(changes, { affected: ["checkout", "search"] }).suspects).toHaveLength(1);
    expect(rank(changes).suspects).toHaveLength(2);
  });
});

describe("ways back", () => {
  const signals = [signal("checkout", step(0))];
  const changes = [deploy("last", -2), flag("f", -5, 0, 100)];

  test("one that didn't help clears its suspect, one that helped convicts it", () => {
    const back = (helped: boolean | null) => ({
      wayBacks: [{ changeId: "last", at: timeOf(6), by: "Ada", helped }],
    });
    const first = rank(changes).shareOf("last");
    expect(rank(changes, { evidence: back(false) }).ids[0]).toBe("f");
    expect(rank(changes, { evidence: back(true) }).shareOf("last")).toBeGreaterThan(first);
    // Nobody said whether it helped, but the signal shows that it didn't.
    const seen = rank(changes, { evidence: { ...back(null), signals } });
    expect(seen.wordsOf("last")).toContain("It was taken back by Ada, and that didn't help.");
  });

  test("what was taken back before harm wasn't in effect; what puts it back is suspected", () => {
    const story = [flag("on", -50, 0, 100), flag("off", -30, 100, 0), flag("again", -1, 0, 100)];
    const { suspects, wordsOf } = rank(story);
    expect(suspects[0]?.id).toBe("again");
    expect(wordsOf("again").join()).toContain("It puts back what had been taken away");
    const ended = rank([
      flag("on", -20, 0, 100, "x"),
      deploy("d", -30),
      flag("off", -10, 100, 0, "x"),
    ]);
    expect(ended.ids[0]).not.toBe("on");
  });

  test("a roll-back before harm can be the mistake itself", () => {
    const back = deploy("back", -3, "checkout", {
      revision: 9,
      returnsTo: 7,
      restorationId: "R-3",
    });
    const { ids, wordsOf } = rank([back]);
    expect(ids).toEqual(["back"]);
    expect(wordsOf("back")).toContain("It returned to revision 7, which had run before.");
  });
});

describe("an outside cause", () => {
  test("a failing host outside, unless it says that our request is wrong", () => {
    const share = (text: string) =>
      rank([deploy("d", -15)], { evidence: { texts: [text] } }).noRecentChange.probability;
    expect(share("503 from api.maps.com")).toBeGreaterThan(share("401 from api.maps.com"));
  });

  test("a signal that shows nothing, or nothing new", () => {
    const { outside } = rank([deploy("d", -15)], {
      harmBeganFrom: "alert",
      evidence: { signals: [signal("checkout", well)] },
    });
    expect(outside).toContain("The signal of checkout shows no harm that began then.");
    const jumpy = (m: number) => (m < 0 && Math.round(m * 2) % 25 === 0 ? 0.05 : step(0)(m));
    expect(
      rank([], { evidence: { signals: [signal("checkout", jumpy)] } }).outside.join(),
    ).toContain("had been beyond its threshold before too");
  });
});
