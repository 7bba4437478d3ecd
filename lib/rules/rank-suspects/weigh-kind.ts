import type { Change, ChangeDetails } from "@/lib/contracts/change";
import type { Evidence } from "@/lib/contracts/suspect";
import { flagChangeInWords, rolloutPercent } from "@/lib/rules/flag-words";
import { counted } from "@/lib/rules/say";
import { settingsChanged } from "@/lib/rules/settings-changed";
import { isRestart } from "./link-changes";

type Details<Kind extends ChangeDetails["kind"]> = Extract<ChangeDetails, { kind: Kind }>;

const HARMLESS =
  /(^|\/)(docs?|tests?|__tests__|spec|\.github)\/|\.(md|txt|rst)$|\.(test|spec)\.\w+$/i;
const MIGRATION = /(^|\/)(migrations?|migrate)\/|\.sql$/i;
/** A file that takes a migration back: it came along, and nobody ran it. */
const DOWN = /(^|[._/-])(down|rollback|undo|revert)\.\w+$|(^|\/)U\d[^/]*\.sql$/i;
const REMOVED = /\bremoved\b/;
const LIMIT = /^(?:memory|cpu) limit (\d+(?:\.\d+)?)(\w*) → (\d+(?:\.\d+)?)(\w*)/;
const MANY_LINES = 400;
const FEW_LINES = 8;

/** What kind of change it is and how big: how often such a change does harm, whenever it comes. */
export function weighKind(change: Change, merges: readonly Change[]): Evidence[] {
  const { details } = change;
  switch (details.kind) {
    case "deploy":
      return weighDeploy(change, details, merges);
    case "flag":
      return weighFlag(details, merges);
    case "config":
      return [{ sentence: `It changed ${few(details.keys)} in ${details.object}.`, logOdds: 0.2 }];
    case "merge":
      return [];
    default:
      return details satisfies never;
  }
}

function weighDeploy(
  change: Change,
  details: Details<"deploy">,
  merges: readonly Change[],
): Evidence[] {
  const evidence: Evidence[] = [];
  const settings = settingsChanged(details.templateChanges);
  const isNewImage = details.images.some(({ image, was }) => was !== null && was !== image);
  if (isRestart(change)) {
    evidence.push({ sentence: "It only started the pods anew.", logOdds: -1.2 });
  } else if (settings.length > 0) {
    evidence.push(
      isNewImage || merges.length > 0
        ? { sentence: `It also changed ${few(settings)}.`, logOdds: 0.3 }
        : { sentence: `It changed configuration alone: ${few(settings)}.`, logOdds: 0.4 },
    );
  }
  const tight = settings.find((line) => REMOVED.test(line) || isLimitLowered(line));
  if (tight) evidence.push({ sentence: `It took something away: ${tight}.`, logOdds: 0.4 });
  evidence.push(...weighMerges(merges));
  if (details.rollout === "stuck") {
    evidence.push({ sentence: "Its rollout is stuck.", logOdds: 0.8 });
  }
  return evidence;
}

/** "memory limit 512Mi → 256Mi", and not the other way round. */
function isLimitLowered(line: string): boolean {
  const [, before, was, after, is] = LIMIT.exec(line) ?? [];
  if (!before || !after) return false;
  return Number(after) * sizeOf(is ?? "") < Number(before) * sizeOf(was ?? "");
}

/** Bytes of a quantity's unit; of processors, a whole one. */
function sizeOf(unit: string): number {
  const power = "kmgt".indexOf(unit.charAt(0).toLowerCase()) + 1;
  return unit === "m" ? 0.001 : 1_024 ** power;
}

function weighMerges(merges: readonly Change[]): Evidence[] {
  const all = merges.flatMap(({ details }) => (details.kind === "merge" ? [details] : []));
  if (all.length === 0) return [];
  const evidence: Evidence[] = [];
  const numbers = all.map(({ number }) => `#${number}`);
  evidence.push({
    sentence:
      all.length === 1
        ? `It carries one merge, ${numbers[0]}.`
        : `It carries ${all.length} merges: ${few(numbers, 8)}.`,
    logOdds: Math.min(0.6, 0.25 * Math.log(all.length)),
  });
  const files = all.flatMap((merge) => merge.files);
  if (files.length === 0) return evidence;
  if (files.every(({ path }) => HARMLESS.test(path))) {
    evidence.push({ sentence: "Only documentation and tests changed in it.", logOdds: -1.8 });
    return evidence;
  }
  const lines = files.reduce((sum, one) => sum + one.additions + one.deletions, 0);
  const size = `${counted(files.length, "file")}, ${counted(lines, "line")}`;
  if (lines > MANY_LINES) evidence.push({ sentence: `It is big: ${size}.`, logOdds: 0.3 });
  if (lines <= FEW_LINES) evidence.push({ sentence: `It is small: ${size}.`, logOdds: -0.2 });
  const migrations = files.filter(({ path }) => MIGRATION.test(path));
  const migration = migrations.find(({ path }) => !DOWN.test(path)) ?? migrations[0];
  if (migration) {
    evidence.push({ sentence: `It brought a migration, ${migration.path}.`, logOdds: 0.4 });
  }
  return evidence;
}

function weighFlag(details: Details<"flag">, merges: readonly Change[]): Evidence[] {
  const evidence: Evidence[] = [];
  if (details.before && details.after) {
    evidence.push({
      sentence: `It went ${flagChangeInWords(details.before, details.after)}.`,
      logOdds: flagStepWeighs(details),
    });
  } else if (details.action === "archived") {
    evidence.push({
      sentence: "It was archived, as is done with what is no longer used.",
      logOdds: -0.6,
    });
  } else if (details.action === "off") {
    evidence.push({ sentence: "It was turned off.", logOdds: -0.2 });
  }
  const numbers = merges.flatMap(({ details: one }) =>
    one.kind === "merge" ? [`#${one.number}`] : [],
  );
  if (numbers.length > 0) {
    evidence.push({ sentence: `Its code came with ${few(numbers, 8)}.`, logOdds: 0.1 });
  }
  return evidence;
}

/** The more customers get something new, the more it can hurt; taking away hurts less often. */
function flagStepWeighs({ before, after }: Details<"flag">): number {
  if (!before || !after) return 0;
  const [from, to] = [rolloutPercent(before), rolloutPercent(after)];
  if (from === null || to === null) return after.enabled ? -0.1 : -0.3;
  if (to > from) return -0.4 + (to - from) / 100;
  return to < from ? -0.3 : 0;
}

function few(all: readonly string[], most = 3): string {
  const shown = all.slice(0, most).join(most > 3 ? ", " : "; ");
  return all.length > most ? `${shown} and ${all.length - most} more` : shown;
}
