import { describe, expect, test } from "vitest";
import { Service } from "@/lib/contracts/service";
import { deploymentsOf, holdsOf, subjectOf, teamsHeld } from "./freeze-holds";

const service = (name: string, more: object = {}): Service =>
  Service.parse({
    ...{ name, title: name, team: null, repository: null, flags: null, signal: null },
    ...{ deployments: [{ source: "cluster", namespace: "shop", name }], dependsOn: [] },
    ...{ origin: "file", ...more },
  });
const repository = { source: "code", name: "acme/shop" };
const checkout = service("checkout", { repository, team: "Payments" });
const basket = service("basket", { repository, team: "Payments" });
const search = service("search", {
  ...{ team: "Find", repository: { ...repository, name: "acme/search" } },
  deployments: [
    { source: "cluster", namespace: "find", name: "search" },
    { source: "east", namespace: "find", name: "search" },
  ],
});
const world = {
  services: [checkout, basket, search],
  known: [{ source: "cluster", namespace: "tools", name: "cron" }],
};

describe("what a freeze holds", () => {
  test("the Deployments of a namespace together, and one branch of a repository once", () => {
    expect(holdsOf(["checkout", "basket"], world)).toEqual([
      {
        ...{ source: "cluster", layer: "kubernetes" },
        detail: { namespace: "shop", deployments: ["basket", "checkout"] },
      },
      {
        ...{ source: "code", layer: "github" },
        detail: { repository: "acme/shop", branch: "main" },
      },
    ]);
  });

  test("each cluster on its own, and nothing of other services", () => {
    const subjects = holdsOf(["search"], world).map((one) => [one.source, subjectOf(one, "F-3")]);
    expect(subjects).toEqual([
      ["cluster", "find (F-3)"],
      ["east", "find (F-3)"],
      ["code", "acme/search main"],
    ]);
  });

  test("everything: whole namespaces, also those that no service names", () => {
    const holds = holdsOf([], world).filter(({ layer }) => layer === "kubernetes");
    expect(holds.map((one) => subjectOf(one, null))).toEqual(["shop", "find", "find", "tools"]);
    expect(
      holds.every((one) => "deployments" in one.detail && one.detail.deployments === "*"),
    ).toBe(true);
    expect(deploymentsOf([], world).map(({ name }) => name)).toContain("cron");
    expect(deploymentsOf(["checkout"], world)).toHaveLength(1);
  });

  test("owners by their own names, and teams once", () => {
    const detail = { kind: "flux-helm-release", namespace: "flux", name: "till" } as const;
    expect(subjectOf({ source: "c", layer: "flux", detail }, "F-1")).toBe("HelmRelease flux/till");
    expect(teamsHeld([], world.services)).toEqual(["Find", "Payments"]);
    expect(teamsHeld(["basket"], world.services)).toEqual(["Payments"]);
  });
});
