import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clusterMarkers, type Marker } from "./cluster-markers";
import { timeScale, timeTicks } from "./time-scale";

const mark = (id: string, at: number, weight = 0): Marker => ({ id, at, label: id, weight });
const box = { gap: 24, left: 0, right: 1_000 };

describe("clusterMarkers", () => {
  it("joins what would touch and lets the heaviest speak", () => {
    const x = timeScale(0, 1_000, 0, 1_000);
    const clusters = clusterMarkers([mark("a", 100), mark("b", 110, 2), mark("c", 500)], x, box);
    expect(clusters.map((cluster) => cluster.lead.id)).toEqual(["b", "c"]);
    expect(clusters[0]?.members.map((member) => member.id)).toEqual(["a", "b"]);
    expect(clusters[0]?.x).toBe(110);
    expect(clusters[0]).toMatchObject({ text: "b +1", flips: false, room: 500 - 110 - 24 });
  });

  it("flips a label at the end of a lane, out of its neighbour's", () => {
    const x = timeScale(0, 1_000, 0, 1_000);
    const [before, last] = clusterMarkers([mark("alert", 900), mark("lever", 980)], x, box);
    expect(before).toMatchObject({ flips: true });
    expect(last).toMatchObject({ flips: true, room: 980 - 12 - 912 });
    const [first, second] = clusterMarkers([mark("alert", 880), mark("lever", 990)], x, box);
    expect(first).toMatchObject({ flips: false });
    expect(second?.flips).toBe(true);
    expect(second?.room).toBeLessThan(990 - 12 - 892 - 5 * 6);
  });

  it("loses nobody and never puts two places closer than a gap", () => {
    const moments = fc.array(
      fc.record({ at: fc.integer({ min: 0, max: 1_000 }), weight: fc.integer({ min: 0, max: 3 }) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(moments, (given) => {
        const x = timeScale(0, 1_000, 0, 1_000);
        const markers = given.map(({ at, weight }, index) => mark(String(index), at, weight));
        const clusters = clusterMarkers(markers, x, box);
        const seen = clusters.flatMap((cluster) => cluster.members.map((member) => member.id));
        expect(seen.sort()).toEqual(markers.map((marker) => marker.id).sort());
        for (let index = 1; index < clusters.length; index += 1) {
          const apart = (clusters[index]?.x ?? 0) - (clusters[index - 1]?.x ?? 0);
          expect(apart).toBeGreaterThanOrEqual(24);
        }
      }),
    );
  });
});

describe("timeTicks", () => {
  it("stands on round moments", () => {
    const from = Date.parse("2026-11-23T13:02:10Z");
    const ticks = timeTicks(from, from + 80 * 60_000, 8);
    expect(ticks.map((tick) => new Date(tick).toISOString().slice(11, 16))).toEqual([
      "13:10",
      "13:20",
      "13:30",
      "13:40",
      "13:50",
      "14:00",
      "14:10",
      "14:20",
    ]);
  });
});
