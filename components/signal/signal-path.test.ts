import { expect, it } from "vitest";
import type { SignalPoint } from "@/lib/contracts/signal";
import { signalPath } from "./signal-path";

const same = (value: number) => value;

it("draws straight lines and breaks where there is no value", () => {
  const points: SignalPoint[] = [
    [0, 1],
    [1, 2.25],
    [2, null],
    [3, null],
    [4, 0],
    [5, 1],
  ];
  expect(signalPath(points, same, same)).toBe("M0,1L1,2.3M4,0L5,1");
});

it("draws nothing of nothing", () => {
  expect(signalPath([], same, same)).toBe("");
  expect(signalPath([[0, null]], same, same)).toBe("");
});
