import { expect, it } from "vitest";
import type { Service } from "@/lib/contracts/service";
import { hurtFirst } from "./hurt-first";

const services = ["catalog", "checkout", "payments", "search"].map(
  (name): Service => ({
    ...{ name, title: name, origin: "file", team: null, signal: null, repository: null },
    ...{ deployments: [], flags: null, dependsOn: [], mayBeDrilled: false },
  }),
);
const order = (...rest: [Parameters<typeof hurtFirst>[1], Parameters<typeof hurtFirst>[2]]) =>
  hurtFirst(services, ...rest).map(({ name }) => name);

it("keeps the order while nothing hurts", () => {
  expect(order([], [])).toEqual(["catalog", "checkout", "payments", "search"]);
  const over = [{ status: "restored" as const, services: ["search"], isDrill: false }];
  expect(order(over, [])).toEqual(["catalog", "checkout", "payments", "search"]);
});

it("puts ahead what an incident names or a signal says, in the order they came", () => {
  const declared = [{ status: "declared" as const, services: ["search"], isDrill: false }];
  expect(order(declared, ["payments"])).toEqual(["payments", "search", "catalog", "checkout"]);
  expect(services.map(({ name }) => name)[0]).toBe("catalog");
});

it("keeps the order while a drill is held: nobody is hurt", () => {
  const drill = [{ status: "declared" as const, services: ["search"], isDrill: true }];
  expect(order(drill, [])).toEqual(["catalog", "checkout", "payments", "search"]);
});
