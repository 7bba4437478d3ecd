import type { LeverKind, LeverPreview } from "@/lib/contracts/lever";

/** Words a sentence may begin with that aren't names, so that it can stand inside another. */
const OPENING =
  /^(?:A|An|After|Another|Every|It|Its|Nobody|No|None|Not|Nothing|Of|One|Several|Somebody|That|The|There|These|This|Those|What|Whether)\b/;

const SCHEMA_CODES = new Set(["schema-incompatible", "schema-unknown"]);

/**
 * Why no lever is recommended, one clause for each that could be pulled at all, and the step that leads
 * on from there. What the levers' own panels say at length isn't repeated.
 */
export function whyNoneIsSafe(
  levers: readonly LeverPreview[],
  whyNot: (lever: LeverPreview) => string | null,
): string {
  const pullable = levers.filter(({ target }) => target !== null);
  const clauses = (pullable.length > 0 ? pullable : levers).flatMap((lever) => {
    const obstacle = obstacleOf(lever);
    const why = obstacle && isOfSchema(obstacle) ? schemaClause(lever) : whyNot(lever);
    return why === null ? [] : [clauseOf(why)];
  });
  const told = bothOfSchema(pullable) ?? clauses;
  const step = nextStep(pullable, whyNot);
  const safe = step.isWayOut ? "No lever is safe yet" : "No lever is safe for this suspect";
  return [told.length > 0 ? `${safe}: ${told.join("; ")}.` : `${safe}.`, step.sentence].join(" ");
}

/** A sentence as a clause of another: its first word small, unless it is a name. */
export function sentenceInside(sentence: string): string {
  return OPENING.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence;
}

/** The first sentence alone, without its stop. */
function clauseOf(text: string): string {
  const [first = text] = text.split(/(?<=[.!?…])\s+(?=\p{Lu}|$)/u);
  return sentenceInside(first.replace(/\.$/, ""));
}

function obstacleOf({ blockers, warnings }: LeverPreview): { code: string } | undefined {
  return blockers[0] ?? warnings.find(({ unsafe }) => unsafe);
}

function isOfSchema({ code }: { code: string }): boolean {
  return SCHEMA_CODES.has(code);
}

function schemaClause({ schema, label }: LeverPreview): string {
  const version = schema?.version ?? label;
  return schema?.verdict === "incompatible"
    ? `${version} can’t run on today’s schema`
    : `whether ${version} runs on today’s schema isn’t known`;
}

/** The same trap on both ways to the older code is said once. */
function bothOfSchema(levers: readonly LeverPreview[]): string[] | null {
  const names = levers.flatMap((lever) => {
    const { schema } = lever;
    const isTrap = obstacleOf(lever)?.code === "schema-incompatible";
    return isTrap && schema ? [schema.version] : [];
  });
  return names.length === 2 && levers.length === 2
    ? [`neither ${names[0]} nor ${names[1]} can run on today’s schema`]
    : null;
}

/** What leads on: the way down, what to read, who can lift it, or another suspect. */
function nextStep(
  levers: readonly LeverPreview[],
  whyNot: (lever: LeverPreview) => string | null,
): { sentence: string; isWayOut: boolean } {
  const held = levers.filter((lever) => obstacleOf(lever) !== undefined && whyNot(lever) !== null);
  const down = held.find(
    ({ schema, blockers, warnings }) =>
      schema?.down && blockers.every(isOfSchema) && !warnings.some(({ unsafe }) => unsafe),
  );
  if (down) {
    const verb = verbOf(down.lever);
    return {
      sentence: `Migrate down first, then ${verb}: the way down is under ${capital(verb)}.`,
      isWayOut: true,
    };
  }
  const unread = held.find((lever) => obstacleOf(lever)?.code === "schema-unknown");
  if (unread) {
    const name = capital(verbOf(unread.lever));
    return {
      sentence: `Read what is quoted under ${name}: it can still be pulled by who knows better.`,
      isWayOut: true,
    };
  }
  const lifted = held.flatMap(({ lever, blockers: [first] }) =>
    first?.who ? [{ verb: verbOf(lever), who: first.who }] : [],
  )[0];
  return lifted
    ? { sentence: `To ${lifted.verb}, ask ${lifted.who}.`, isWayOut: true }
    : {
        sentence: "Look at the next suspect, or correct the start of harm.",
        isWayOut: false,
      };
}

function verbOf(lever: LeverKind): string {
  switch (lever) {
    case "retoggle":
      return "retoggle";
    case "rollback":
      return "roll back";
    case "revert":
      return "revert";
    default:
      return lever satisfies never;
  }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
