/** Functions that give another value each time, so that two rows are never alike. */
const GENERATING =
  /uuid|nextval|^rand|random|ulid|nanoid|cuid|ksuid|snowflake|newid|unique|last_insert_id/i;
/** Of those that are called so, the ones that give the same again: for the same name, or always. */
const ALIKE = /uuid_(nil|max|ns_|generate_v[35]$)|^is_|_to_uuid$|^uuid_to_/i;
/** A number by chance, of which a few are soon had twice. */
const CHANCE = /^(rand|random|random_normal|rand_\w+)$/i;
/** What makes something long of it. */
const SPREADING = /^(md5|sha\d*|digest|encode|hex|to_base64)$/i;

/** True for functions of one expression whose results are meant to be unique; clocks aren't, within a statement. */
export function generate(functionNames: readonly string[]): boolean {
  return functionNames.some((name) => {
    if (!GENERATING.test(name) || ALIKE.test(name)) return false;
    return !CHANCE.test(name) || functionNames.some((other) => SPREADING.test(other));
  });
}
