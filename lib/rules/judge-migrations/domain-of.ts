import type { Column, Domain } from "./operation";
import { type SchemaState, thingNamed } from "./schema-state";

/** Domains made from domains made from domains: nobody writes more. */
const DEEPEST = 20;

/** What a type that the migrations made says of its columns; null when it is no domain of theirs. */
function domainNamed(state: SchemaState, type: string | null, depth = 0): Domain | null {
  const made = type === null ? null : thingNamed(state, "type", type)?.made;
  if (made?.does !== "create-type" || !made.domain || depth > DEEPEST) return null;
  const { refusesNull, fills, base } = made.domain;
  const below = domainNamed(state, base, depth + 1);
  return {
    refusesNull: refusesNull || below?.refusesNull === true,
    fills: fills || below?.fills === true,
  };
}

/** A column of a domain that takes no NULL takes none either; one without a default has its domain's. */
export function withDomain(state: SchemaState, column: Column): Column {
  const domain = domainNamed(state, column.type);
  if (domain === null) return column;
  const isLeftToIt = !column.isFilled && domain.fills && !column.isDefaultNull;
  return {
    ...column,
    domain,
    isNotNull: column.isNotNull || domain.refusesNull,
    isFilled: column.isFilled || isLeftToIt,
    ...(isLeftToIt ? { isFilledAlike: true } : {}),
  };
}
