import type { Call } from "./program";
import type { Run } from "./program-run";
import { option, textOf } from "./program-values";
import type { DjangoMemory } from "./python-django-fields";

/** A Django migration's app, and what is known of its models. */
export type Django = { app: string; memory: DjangoMemory; run: Run };

/** Reads one operation. */
export type DjangoVerb = (call: Call, django: Django) => void;

/** An argument by name, or by position. */
export const given = (call: Call, key: string, at: number, { run }: Django) =>
  option(call, key, run.scope) ?? call.args[at] ?? null;
export const text = (call: Call, key: string, at: number, django: Django) =>
  textOf(given(call, key, at, django), django.run.scope);

export const modelKey = (model: string, { app }: Django) => `${app}.${model.toLowerCase()}`;

/** "orders_order" for the model Order of the app orders, unless it says otherwise. */
export function tableOf(model: string, django: Django): string {
  const known = django.memory.tables.get(modelKey(model, django));
  return known ?? `${django.app}_${model.toLowerCase()}`;
}
