/** Functions that give another value each time, so that two rows are never alike. */
const GENERATING =
  /uuid|nextval|^rand|random|ulid|nanoid|cuid|ksuid|snowflake|newid|unique|last_insert_id/i;

/** True for a function whose results are meant to be unique; clocks aren't, within one statement. */
export function generates(functionName: string): boolean {
  return GENERATING.test(functionName);
}
