/** Magic bytes before every Kubernetes object in protobuf. */
const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

type Field = { number: number; bytes: Buffer };

function varint(buffer: Buffer, start: number): { value: number; next: number } {
  let value = 0;
  let next = start;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = buffer[next] ?? 0;
    next += 1;
    value |= (byte & 0x7f) << shift;
    if ((byte & 0x80) === 0) break;
  }
  return { value: value >>> 0, next };
}

/** The length-delimited fields of a message; numbers are skipped, none of ours are needed. */
function fields(buffer: Buffer): Field[] {
  const found: Field[] = [];
  let at = 0;
  while (at < buffer.length) {
    const tag = varint(buffer, at);
    const length = varint(buffer, tag.next);
    at = length.next;
    if ((tag.value & 7) !== 2) continue;
    found.push({ number: tag.value >>> 3, bytes: buffer.subarray(at, at + length.value) });
    at += length.value;
  }
  return found;
}

const part = (buffer: Buffer, number: number) =>
  fields(buffer).find((one) => one.number === number)?.bytes ?? Buffer.alloc(0);
const text = (buffer: Buffer, number: number) => part(buffer, number).toString("utf8");

function mapOf(buffer: Buffer, number: number): Record<string, Buffer> {
  const entries = fields(buffer).filter((one) => one.number === number);
  return Object.fromEntries(entries.map(({ bytes }) => [text(bytes, 1), part(bytes, 2)]));
}

const REVIEW_ATTRIBUTES = [
  "namespace",
  "verb",
  "group",
  "version",
  "resource",
  "subresource",
  "name",
];

function content(kind: string, raw: Buffer): Record<string, unknown> | undefined {
  const metadata = { name: text(part(raw, 1), 1) };
  const data = Object.entries(mapOf(raw, 2));
  switch (kind) {
    case "Namespace":
    case "ServiceAccount":
      return { metadata };
    case "ConfigMap":
      return {
        metadata,
        data: Object.fromEntries(data.map(([key, value]) => [key, value.toString("utf8")])),
      };
    case "Secret":
      return {
        metadata,
        type: text(raw, 3) || undefined,
        data: Object.fromEntries(data.map(([key, value]) => [key, value.toString("base64")])),
      };
    case "SelfSubjectReview":
      return {};
    case "SelfSubjectRulesReview":
      return { spec: { namespace: text(part(raw, 2), 1) } };
    case "SelfSubjectAccessReview": {
      const asked = part(part(raw, 2), 1);
      const attributes = REVIEW_ATTRIBUTES.map((name, i) => [name, text(asked, i + 1)]);
      return { spec: { resourceAttributes: Object.fromEntries(attributes) } };
    }
    default:
      return undefined;
  }
}

/**
 * Decodes the simple objects kubectl sends in protobuf without asking what the server takes: those
 * of `kubectl create` and reviews of one's own access. Others are left to the caller to refuse.
 */
export function decodeProtobufBody(body: Buffer): Record<string, unknown> | undefined {
  if (!body.subarray(0, 4).equals(MAGIC)) return undefined;
  const envelope = body.subarray(4);
  const type = part(envelope, 1);
  const [apiVersion, kind] = [text(type, 1), text(type, 2)];
  const decoded = content(kind, part(envelope, 2));
  return decoded && { apiVersion, kind, ...decoded };
}
