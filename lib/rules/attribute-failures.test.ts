import { describe, expect, it } from "vitest";
import { attributeFailures, type JudgedDeploy, type KnownRestorations } from "./attribute-failures";

const MINUTE = 60_000;
const nothing: KnownRestorations = { verifiedAt: new Map(), retoggled: new Map() };

/** Deploys of one Deployment an hour apart, named by their templates: "V1 V2 V1". */
function line(templates: string, more: Record<number, Partial<JudgedDeploy>> = {}): JudgedDeploy[] {
  return templates.split(" ").map((template, index) => ({
    id: `d${index + 1}`,
    at: index * 60 * MINUTE,
    completedAt: index * 60 * MINUTE + MINUTE,
    line: "checkout",
    revision: index + 1,
    returnsTo: null,
    template,
    restorationId: null,
    pulls: [],
    reverts: [],
    hotfix: null,
    firstMergedAt: null,
    ...more[index + 1],
  }));
}

const roles = (deploys: JudgedDeploy[], known = nothing) => {
  const judged = attributeFailures(deploys, known);
  return deploys.map(({ id }) => judged.get(id)?.role).join(" ");
};

describe("a return to an earlier state", () => {
  it("blames the first deploy after that state", () => {
    const deploys = line("V1 V2 V3 V1");
    expect(roles(deploys)).toBe("normal failed normal rework");
    expect(attributeFailures(deploys, nothing).get("d2")).toEqual({
      role: "failed",
      leadMs: null,
      recoveryMs: 121 * MINUTE,
      because: "Revision 4 returned to revision 1",
    });
  });

  it("believes the cluster's word for the revision returned to", () => {
    expect(roles(line("A B C D", { 4: { returnsTo: 2 } }))).toBe("normal normal failed rework");
  });

  it("blames nobody when the ledger doesn't have the state returned to", () => {
    expect(roles(line("B A", { 2: { returnsTo: 900 } }))).toBe("normal rework");
  });

  it("isn't seen in a template that is deployed twice in a row", () => {
    expect(roles(line("V1 V1 V2"))).toBe("normal normal normal");
  });

  it("that is put back blames nobody anew: the failure stays the first one", () => {
    expect(roles(line("V1 V2 V1 V2"))).toBe("normal failed rework rework");
    expect(roles(line("V1 V2 V3 V1 V3"))).toBe("normal failed normal rework rework");
  });

  it("twice blames both deploys that failed", () => {
    expect(roles(line("V1 V2 V1 V4 V1"))).toBe("normal failed rework failed rework");
  });

  it("passes over a hotfix in between: rework is no failure", () => {
    const hotfix = "hotfix: null price";
    expect(roles(line("V1 V2 V3 V1", { 2: { hotfix } }))).toBe("normal rework failed rework");
  });

  it("of another Deployment of the service says nothing of this one", () => {
    const worker = line("W1 W2", {
      1: { line: "worker", id: "w1" },
      2: { line: "worker", id: "w2" },
    });
    expect(roles([...line("V1 V2 V1"), ...worker])).toBe("normal failed rework normal normal");
  });
});

describe("a revert", () => {
  it("blames the deploy that carried the pull request it names, however many came between", () => {
    const deploys = line("V1 V2 V3 V4 V5", {
      2: { pulls: ["shop/checkout#12"] },
      3: { pulls: ["shop/checkout#13"] },
      5: { pulls: ["shop/checkout#14"], reverts: ["shop/checkout#12"] },
    });
    expect(roles(deploys)).toBe("normal failed normal normal rework");
    expect(attributeFailures(deploys, nothing).get("d2")?.because).toBe(
      "A revert of shop/checkout#12 went live",
    );
  });

  it("of a revert is rework too, and blames no rework", () => {
    const deploys = line("V1 V2 V3 V4", {
      2: { pulls: ["s/c#1"] },
      3: { pulls: ["s/c#2"], reverts: ["s/c#1"] },
      4: { pulls: ["s/c#3"], reverts: ["s/c#2"] },
    });
    expect(roles(deploys)).toBe("normal failed rework rework");
  });

  it("that is carried together with what it reverts takes nothing back", () => {
    expect(roles(line("V1 V2", { 2: { pulls: ["s/c#1", "s/c#2"], reverts: ["s/c#1"] } }))).toBe(
      "normal normal",
    );
  });

  it("of what nobody carried blames nobody", () => {
    expect(roles(line("V1 V2", { 2: { reverts: ["s/c#1"] } }))).toBe("normal rework");
  });
});

describe("a Restoration", () => {
  it("ends the recovery of the deploy it went back from when it is verified", () => {
    const deploys = line("V1 V2 V1", { 3: { restorationId: "R-7" } });
    const known = { ...nothing, verifiedAt: new Map([["R-7", 124 * MINUTE]]) };
    expect(attributeFailures(deploys, known).get("d2")).toMatchObject({
      role: "failed",
      recoveryMs: 64 * MINUTE,
    });
  });

  it("that turned a flag blames no deploy unless that was the suspect", () => {
    expect(roles(line("V1 V2"))).toBe("normal normal");
    const retoggled = new Map([["d2", { id: "R-3", verifiedAt: 70 * MINUTE }]]);
    expect(attributeFailures(line("V1 V2"), { ...nothing, retoggled }).get("d2")).toEqual({
      role: "failed",
      leadMs: null,
      recoveryMs: 10 * MINUTE,
      because: "It was the suspect when R-3 turned a flag",
    });
  });

  it("counts the first way back when there are several", () => {
    const retoggled = new Map([["d2", { id: "R-3", verifiedAt: 70 * MINUTE }]]);
    const judged = attributeFailures(line("V1 V2 V1"), { ...nothing, retoggled });
    expect(judged.get("d2")?.recoveryMs).toBe(10 * MINUTE);
  });
});

it("counts lead time from the oldest merge carried, for what people meant to deploy", () => {
  const deploys = line("V1 V2 V1", { 2: { firstMergedAt: 0 }, 3: { firstMergedAt: 0 } });
  const judged = attributeFailures(deploys, nothing);
  expect([judged.get("d2")?.leadMs, judged.get("d3")?.leadMs]).toEqual([60 * MINUTE, null]);
});
