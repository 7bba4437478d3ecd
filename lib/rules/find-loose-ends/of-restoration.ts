import type { Change } from "@/lib/contracts/change";
import type { LooseEndAction } from "@/lib/contracts/loose-end";
import type { Restoration } from "@/lib/contracts/restoration";
import { counted } from "../say";
import { endOf, openedAtOf } from "./closing";
import { closedWith, type Draft, type LooseEndFacts, type RollbackLeft } from "./facts";

/** What one Restoration left: of itself, in the schema, and by having been pulled over a blocker. */
export function ofRestoration(
  facts: LooseEndFacts,
  restoration: Restoration,
  byId: ReadonlyMap<string, Restoration>,
  inOrder: readonly Change[],
): Draft[] {
  const { id, putBackOf, acceptedAt } = restoration;
  if (acceptedAt === null) return [];
  const overridden = facts.overridden.find(({ restorationId }) => restorationId === id);
  const override = overridden ? [ofOverride(restoration, overridden)] : [];
  if (putBackOf !== null) return override;
  const end = endOf(restoration, byId, inOrder);
  const left = facts.rollbacks.find(({ restorationId }) => restorationId === id) ?? null;
  const own = whatItLeft(restoration, left, facts.restorations);
  const base = { restorationId: id, openedAt: openedAtOf(restoration) };
  return [
    ...(own ? [{ ...base, ...own, key: `${own.kind}:${id}`, ...closedWith(end) }] : []),
    ...(left?.schemaAhead ? [ofSchema(facts, restoration, left.schemaAhead, end)] : []),
    ...override,
  ];
}

type Own = Pick<Draft, "kind" | "sentence" | "actions">;

function whatItLeft(
  { id, target, inEffectAt, url }: Restoration,
  left: RollbackLeft | null,
  all: readonly Restoration[],
): Own | null {
  const putBack: LooseEndAction = { kind: "put-back", restorationId: id };
  switch (target.lever) {
    case "retoggle":
      // A flag that was turned on is not left off; it is as its people will want it, or not.
      if (target.to.state === "on") return null;
      return {
        kind: "flag-left-off",
        sentence:
          target.to.state === "off"
            ? `The flag ${target.key} was left off in ${target.environment}.`
            : `The flag ${target.key} was left as it was before the change, in ${target.environment}.`,
        actions: [putBack],
      };
    case "rollback":
      return {
        kind: "older-version",
        sentence: `${target.deployment} was left on an older version.`,
        actions: [...revertActions(left, all), putBack],
      };
    case "revert":
      return inEffectAt === null
        ? {
            kind: "revert-unmerged",
            sentence: `The revert of ${target.repository}#${target.number} was left unmerged.`,
            actions: url ? [{ kind: "look", title: "Look at the pull request", url }] : [],
          }
        : null;
    default:
      return target satisfies never;
  }
}

/** The reverts that would bring the cause out of the code; one that is under way is looked at. */
export function revertActions(
  left: RollbackLeft | null,
  all: readonly Restoration[],
): LooseEndAction[] {
  return (left?.culprits ?? []).flatMap(({ target, suspectId, isReverted }): LooseEndAction[] => {
    if (isReverted) return [];
    const pulled = all.find(
      (one) =>
        one.target.lever === "revert" &&
        one.target.repository === target.repository &&
        one.target.number === target.number &&
        one.acceptedAt !== null &&
        one.state !== "failed",
    );
    if (!pulled) return [{ kind: "revert", target, suspectId }];
    const title = `Look at ${pulled.id}, which reverts #${target.number}`;
    return pulled.url ? [{ kind: "look", title, url: pulled.url }] : [];
  });
}

function ofSchema(
  { migratedDown }: LooseEndFacts,
  restoration: Restoration,
  { version, paths }: NonNullable<RollbackLeft["schemaAhead"]>,
  end: ReturnType<typeof endOf>,
): Draft {
  const openedAt = openedAtOf(restoration);
  const down = migratedDown
    .filter(({ at }) => Date.parse(at) > Date.parse(restoration.plannedAt))
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const last = down.find((_, index) => {
    const taken = new Set(down.slice(0, index + 1).flatMap((one) => one.paths));
    return paths.every((path) => taken.has(path));
  });
  const names = paths.slice(0, 3).map((path) => path.split("/").slice(-2).join("/"));
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : "";
  const byHand = last ? { at: last.at, by: `${last.by}, who migrated down` } : null;
  return {
    key: `schema-ahead:${restoration.id}`,
    kind: "schema-ahead",
    restorationId: restoration.id,
    sentence: `The database is ${counted(paths.length, "migration")} ahead of ${version}: ${names.join(", ")}${more}.`,
    openedAt,
    ...closedWith(earlier(end, byHand)),
    actions: [],
  };
}

function earlier<T extends { at: string }>(a: T | null, b: T | null): T | null {
  if (!a || !b) return a ?? b;
  return Date.parse(a.at) <= Date.parse(b.at) ? a : b;
}

function ofOverride(
  restoration: Restoration,
  { sentence, reason }: { sentence: string; reason: string },
): Draft {
  const { id, by, plannedAt } = restoration;
  return {
    key: `override-used:${id}`,
    kind: "override-used",
    restorationId: id,
    sentence: `${by} pulled ${id} although “${sentence}” because: ${reason}`,
    openedAt: plannedAt,
    ...closedWith(null),
    actions: [],
  };
}
