import { invalidValue, requiredValue } from "./field-problems.ts";
import type { Stored } from "./kube-object.ts";
import type { FieldProblem } from "./status-error.ts";

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const KEY_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const KEY_RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const LABEL_VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const NAME_LENGTH = 63;
const ANNOTATION_BYTES = 256 * 1024;

/** What is wrong with a key of labels or annotations, in the server's words. */
function keyProblems(key: string): string[] {
  const parts = key.split("/");
  if (parts.length > 2) {
    const optional = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    return [`a valid label key ${KEY_RULE} ${optional}`];
  }
  const problems: string[] = [];
  const name = parts.at(-1) ?? "";
  const prefix = parts.length === 2 ? parts[0] : undefined;
  if (prefix === "") problems.push("prefix part must be non-empty");
  else if (prefix !== undefined) {
    if (prefix.length > 253) problems.push("prefix part must be no more than 253 bytes");
    if (!SUBDOMAIN.test(prefix)) problems.push(`prefix part ${SUBDOMAIN_RULE}`);
  }
  if (name === "") problems.push("name part must be non-empty");
  else if (name.length > NAME_LENGTH) {
    problems.push(`name part must be no more than ${NAME_LENGTH} bytes`);
  }
  if (!KEY_NAME.test(name)) problems.push(`name part ${KEY_RULE}`);
  return problems;
}

/** What is wrong with the labels found at `field`. */
export function labelProblems(labels: Record<string, string>, field: string): FieldProblem[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const problems = keyProblems(key).map((why) => invalidValue(field, key, why));
    if (value.length > NAME_LENGTH) {
      problems.push(invalidValue(field, value, `must be no more than ${NAME_LENGTH} bytes`));
    }
    if (!LABEL_VALUE.test(value)) problems.push(invalidValue(field, value, LABEL_VALUE_RULE));
    return problems;
  });
}

/** What is wrong with the annotations found at `field`. */
export function annotationProblems(
  annotations: Record<string, string>,
  field: string,
): FieldProblem[] {
  // The case of a key doesn't matter to the rule.
  const problems = Object.keys(annotations).flatMap((key) =>
    keyProblems(key.toLowerCase()).map((why) => invalidValue(field, key, why)),
  );
  if (Buffer.byteLength(Object.entries(annotations).flat().join("")) > ANNOTATION_BYTES) {
    const message = `Too long: may not be more than ${ANNOTATION_BYTES} bytes`;
    problems.push({ field, reason: "FieldValueTooLong", message });
  }
  return problems;
}

/** What is wrong with an object's own name, labels and annotations. */
export function metadataProblems({ metadata }: Stored): FieldProblem[] {
  const { name, labels = {}, annotations = {} } = metadata;
  const problems: FieldProblem[] = [];
  if (!name) problems.push(requiredValue("metadata.name", "name or generateName is required"));
  else if (!SUBDOMAIN.test(name) || name.length > 253) {
    problems.push(invalidValue("metadata.name", name, SUBDOMAIN_RULE));
  }
  return [
    ...problems,
    ...labelProblems(labels, "metadata.labels"),
    ...annotationProblems(annotations, "metadata.annotations"),
  ];
}
