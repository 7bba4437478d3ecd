import { beforeAll, expect, test } from "vitest";
import type { SignalSource } from "../signal-source";

/** A signal product that knows the gauge `errors` in two series and `strange`, which is NaN. */
export type SignalsTarget = {
  source: SignalSource;
  /** A window in which all of it was recorded throughout. */
  from: Date;
  to: Date;
  /** What the two series of `errors` add up to. */
  sum: number;
};

/** What every signal source must do. */
export function signalsContract(start: () => SignalsTarget): void {
  let target: SignalsTarget;
  beforeAll(() => {
    target = start();
  });
  const range = (query: string, more: { from?: Date; to?: Date; stepSeconds?: number } = {}) =>
    target.source.range({ from: target.from, to: target.to, stepSeconds: 1, ...more, query });

  test("says which version it talks to", async () => {
    expect((await target.source.check()).version).toMatch(/^\d+\.\d+/);
  });

  test("gives one point per step of the window, oldest first", async () => {
    const points = await range("sum(errors)");
    const seconds = Math.floor((target.to.getTime() - target.from.getTime()) / 1_000);
    expect(points).toHaveLength(seconds + 1);
    expect(points.map(([at]) => at)).toEqual(
      points.map((_, index) => target.from.getTime() + index * 1_000),
    );
    expect(points.map(([, value]) => value)).toEqual(points.map(() => target.sum));
  });

  test("takes any step", async () => {
    const points = await range("sum(errors)", { stepSeconds: 2 });
    expect(points.map(([at]) => at - target.from.getTime())).toEqual(
      points.map((_, index) => index * 2_000),
    );
    expect(points.every(([, value]) => value === target.sum)).toBe(true);
  });

  test("has null where the value is not a number", async () => {
    for (const query of ["sum(strange)", "sum(errors) / 0"]) {
      const points = await range(query);
      expect(points.length).toBeGreaterThan(0);
      expect(points.every(([, value]) => value === null)).toBe(true);
    }
  });

  test("has null where nothing was recorded", async () => {
    const gap = { from: new Date(target.from.getTime() - 3_600_000), stepSeconds: 60 };
    const points = await range("sum(errors)", gap);
    expect(points[0]?.[1]).toBeNull();
    expect(points.at(-1)?.[1]).toBe(target.sum);
  });

  test("is empty when nothing fits the query", async () => {
    expect(await range("sum(nothing_like_it)")).toEqual([]);
  });

  test("asks to aggregate several series", async () => {
    await expect(range("errors")).rejects.toMatchObject({
      code: "invalid",
      sentence: expect.stringMatching(/2 series.*differ in.*status.*sum\(/),
    });
  });

  test("passes on what is wrong with a query", async () => {
    await expect(range("sum(errors")).rejects.toMatchObject({
      code: "invalid",
      sentence: expect.stringMatching(/parse error/),
    });
  });

  test("passes on that the window has too many points", async () => {
    const long = { from: new Date(target.to.getTime() - 20_000_000) };
    await expect(range("sum(errors)", long)).rejects.toMatchObject({ code: "invalid" });
  });

  test("links to a page that shows the query", async () => {
    const url = target.source.urlOf("sum(errors) > 1");
    expect(url).toMatch(/\/graph\?g0\.expr=sum/);
    const page = await fetch(url ?? "");
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toMatch(/text\/html/);
  });
}
