import "server-only";
import type { DeclareInput, Incident } from "@/lib/contracts/incident";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { listServices } from "@/lib/services/list-services";
import { proposeStart } from "./propose-start";
import { findByAlertGroup, insertEntry, insertIncident } from "./store";

export type DeclareOptions = {
  origin: Incident["origin"];
  /** One open incident per alert group: a second declaration finds the first. */
  alertGroup?: string;
  /** What an alert says about the start of harm, used when no signal shows one. */
  alertStartedAt?: Date;
};

/**
 * Declares an incident. Everything but the title and the services has a default: severity 2, the
 * start of harm from the signal, the person who declares as commander. Refusal `unknown-service` when
 * a person names a service that isn't there; an alert may.
 */
export async function declareIncident(
  ctx: Ctx,
  input: DeclareInput,
  options: DeclareOptions,
): Promise<{ incident: Incident; isNew: boolean }> {
  if (options.origin !== "alertmanager") await refuseUnknown(ctx, input.services);
  const now = ctx.now();
  const by = options.origin === "alertmanager" ? "Alertmanager" : ctx.actor.name;
  const proposed = input.harmBeganAt ? null : await proposeStart(ctx, input.services);
  const started = chooseStart(input, options, proposed, now);
  const { incident, isNew } = await ctx.db.$transaction(async (tx) => {
    const existing = options.alertGroup ? await findByAlertGroup(tx, options.alertGroup) : null;
    if (existing) return { incident: existing, isNew: false };
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
      alertGroup: options.alertGroup ?? null,
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
      text: `${by} declared ${declared.id}, severity ${declared.severity}`,
      by,
    });
    await appendAudit(tx, {
      actor: ctx.actor.id,
      action: "declare-incident",
      subject: declared.id,
      detail: { title: declared.title, services: declared.services, origin: options.origin },
      at: now,
    });
    return { incident: declared, isNew: true };
  });
  if (isNew) ctx.publish("incidents");
  return { incident, isNew };
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
  if (proposed) {
    return {
      at: proposed.at,
      from: "signal",
      words: `Harm began: ${proposed.title} left its threshold`,
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

async function refuseUnknown(ctx: Ctx, names: string[]): Promise<void> {
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
