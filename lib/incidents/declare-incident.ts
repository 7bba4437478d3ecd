import "server-only";
import type { DeclareInput, Incident } from "@/lib/contracts/incident";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { isUniqueViolation } from "@/lib/server/unique-violation";
import { listServices } from "@/lib/services/list-services";
import { type DeclareKey, findDeclared } from "./declare-key";
import { proposeStart } from "./propose-start";
import { refuseUndrillable } from "./refuse-undrillable";
import { findByAlertGroup, insertEntry, insertIncident } from "./store";

export type DeclareOptions = {
  origin: Incident["origin"];
  /** One open incident per alert group: a second declaration finds the first. */
  alertGroup?: string;
  /** What an alert says about the start of harm, used when no signal shows one. */
  alertStartedAt?: Date;
  /** The same declaration sent again finds the incident it made. */
  declareKey?: DeclareKey | null;
};

/**
 * Declares an incident. Everything but the title and the services has a default: severity 2, the
 * start of harm from the signal, the person who declares as commander. Refusal `unknown-service` when
 * a person names a service that isn't there (an alert may), `not-drillable` for a drill on a service
 * that may not be drilled, `bad-start` for harm in the future, `key-reused` for a declaration whose
 * key was used for another one.
 */
export async function declareIncident(
  ctx: Ctx,
  input: DeclareInput,
  options: DeclareOptions,
): Promise<{ incident: Incident; isNew: boolean }> {
  const earlier = await findEarlier(ctx, options);
  if (earlier) return { incident: earlier, isNew: false };
  if (options.origin !== "alertmanager") await refuseUnknown(ctx, input.services);
  if (input.isDrill) await refuseUndrillable(ctx, input.services);
  const now = ctx.now();
  refuseFuture(input.harmBeganAt, now);
  const by = options.origin === "alertmanager" ? "Alertmanager" : ctx.actor.name;
  const isToldOtherwise = input.harmBeganAt !== undefined || input.isDrill;
  const proposed = isToldOtherwise ? null : await proposeStart(ctx, input.services);
  const started = chooseStart(input, options, proposed, now);
  const declared = declare(ctx, { input, options, started, now, by });
  const incident = await declared.catch((error: unknown) => {
    // Sent twice at the same moment: the other one declared it.
    const mayHaveBeen = options.alertGroup || options.declareKey;
    if (mayHaveBeen && isUniqueViolation(error)) return null;
    throw error;
  });
  if (!incident) {
    const theirs = await findEarlier(ctx, options);
    if (!theirs)
      throw new Refusal(
        "try-again",
        409,
        "It was declared and ended at this moment. Send it again.",
      );
    return { incident: theirs, isNew: false };
  }
  ctx.publish("incidents");
  return { incident, isNew: true };
}

/** The incident that the same alert group or the same declaration has made already. */
async function findEarlier(ctx: Ctx, options: DeclareOptions): Promise<Incident | null> {
  if (options.alertGroup) return findByAlertGroup(ctx.db, options.alertGroup);
  return options.declareKey ? findDeclared(ctx, options.declareKey) : null;
}

type Declaration = {
  input: DeclareInput;
  options: DeclareOptions;
  started: ReturnType<typeof chooseStart>;
  now: Date;
  by: string;
};

function declare(ctx: Ctx, { input, options, started, now, by }: Declaration): Promise<Incident> {
  return ctx.db.$transaction(async (tx) => {
    const declared = await insertIncident(tx, {
      title: input.title,
      severity: input.severity,
      services: [...new Set(input.services)],
      commander: input.commander ?? (options.origin === "person" ? ctx.actor.name : null),
      origin: options.origin,
      declaredBy: by,
      declaredAt: now.toISOString(),
      harmBeganAt: started.at.toISOString(),
      harmBeganFrom: started.from,
      isDrill: input.isDrill ?? false,
      alertGroup: options.alertGroup ?? null,
      declareKey: options.declareKey?.key ?? null,
      declareHash: options.declareKey?.hash ?? null,
    });
    const number = Number(declared.id.slice(4));
    await insertEntry(tx, {
      incidentNumber: number,
      kind: "harm",
      at: started.at,
      text: started.words,
      by: null,
    });
    await insertEntry(tx, {
      incidentNumber: number,
      kind: "declare",
      at: now,
      text: `${by} declared ${declared.id}, severity ${declared.severity}${input.isDrill ? ", as a drill" : ""}`,
      by,
    });
    await appendAudit(tx, {
      actor: ctx.actor.id,
      action: "declare-incident",
      subject: declared.id,
      detail: {
        ...{ title: declared.title, services: declared.services, origin: options.origin },
        ...(declared.isDrill ? { isDrill: true } : {}),
      },
      at: now,
    });
    return declared;
  });
}

function chooseStart(
  input: DeclareInput,
  options: DeclareOptions,
  proposed: Awaited<ReturnType<typeof proposeStart>>,
  now: Date,
): { at: Date; from: Incident["harmBeganFrom"]; words: string } {
  if (input.harmBeganAt) {
    return { at: new Date(input.harmBeganAt), from: "person", words: "Harm began, as declared" };
  }
  if (input.isDrill) {
    return { at: now, from: "declaration", words: "A drill: it counts from the declaration" };
  }
  if (proposed) {
    return {
      at: proposed.at,
      from: "signal",
      words: `Harm began: ${proposed.title} crossed its threshold`,
    };
  }
  if (options.alertStartedAt) {
    return { at: options.alertStartedAt, from: "alert", words: "Harm began, as the alert says" };
  }
  return {
    at: now,
    from: "declaration",
    words: "Start of harm not known: taken from the declaration",
  };
}

/** Refusal `bad-start` for a start of harm that hasn't come yet. */
export function refuseFuture(harmBeganAt: string | undefined, now: Date): void {
  if (harmBeganAt && new Date(harmBeganAt) > now) {
    throw new Refusal("bad-start", 422, "Harm can't have begun in the future.");
  }
}

/** Refusal `unknown-service` that names the services there are. */
export async function refuseUnknown(ctx: Ctx, names: string[]): Promise<void> {
  const known = (await listServices(ctx)).map((service) => service.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new Refusal(
    "unknown-service",
    422,
    `There is no service ${unknown.map((name) => `"${name}"`).join(", ")}. There are: ${known.join(", ") || "none yet"}.`,
    [{ path: "services", expected: `any of ${known.join(", ")}` }],
  );
}
