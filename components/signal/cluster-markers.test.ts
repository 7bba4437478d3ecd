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
    expect(clusters[0]?.roomAfter).toBe(500 - 110 - 24);
  });

  it("loses nobody and never makes two clusters out of one place", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 60 }), (moments) => {
        const x = timeScale(0, 1_000, 0, 1_000);
        const markers = moments.map((at, index) => mark(String(index), at));
        const clusters = clusterMarkers(markers, x, box);
        const seen = clusters.flatMap((cluster) => cluster.members.map((member) => member.id));
        expect(seen.sort()).toEqual(markers.map((marker) => marker.id).sort());
        const firsts = clusters.map((cluster) => cluster.members[0]?.at ?? 0);
        for (let index = 1; index < firsts.length; index += 1) {
          expect((firsts[index] ?? 0) - (firsts[index - 1] ?? 0)).toBeGreaterThanOrEqual(24);
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
