import "server-only";
import { setImmediate as breathe } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { MASK } from "@/lib/rules/mask-template";
import { redactData, redactText } from "@/lib/rules/redact-text";
import type { Sealer } from "@/lib/server/seal";
import type { Piece } from "./piece";

/** Of one thing so much is kept at most, in bytes. */
export const PIECE_BYTES = 256 * 1024;
const FULL = "Not kept: what is kept is full.";
/** Redacted at one go, in characters: others wait no longer than that. */
const AT_ONCE = 32 * 1024;

const packed = promisify(gzip);
const unpacked = promisify(gunzip);

export type SealedPiece = {
  sealed: string | null;
  bytes: number;
  isCut: boolean;
  masked: number;
  problem: string | null;
};

/** Room that is left for a Restoration's evidence, in bytes. */
export type Room = { left: number };

/** Masks, cuts to what there is room for, packs and seals. Nothing of it is stored unmasked. */
export async function sealPiece(
  sealer: Sealer,
  { text, mediaType, isCut, problem }: Piece,
  room: Room,
): Promise<SealedPiece> {
  const said = problem === null ? null : redactText(problem).text;
  if (text === "") return { sealed: null, bytes: 0, isCut, masked: 0, problem: said };
  const isData = mediaType === "application/json";
  const clean = isData ? redactedData(text) : await redactedLog(text);
  const most = Math.min(PIECE_BYTES, room.left);
  const fitting = isData ? firstPart(clean, most) : lastLines(clean, most);
  const bytes = Buffer.byteLength(fitting);
  if (bytes === 0) return { sealed: null, bytes, isCut: true, masked: 0, problem: said ?? FULL };
  room.left -= bytes;
  const body = await packed(fitting);
  return {
    sealed: sealer.seal(body.toString("base64")),
    bytes,
    isCut: isCut || fitting.length < clean.length,
    masked: fitting.split(MASK).length - 1,
    problem: said,
  };
}

/** What was sealed, as it was kept. Throws SealError as the sealer does. */
export async function openPiece(sealer: Sealer, sealed: string): Promise<string> {
  return (await unpacked(Buffer.from(sealer.open(sealed), "base64"))).toString("utf8");
}

async function redactedLog(text: string): Promise<string> {
  const parts: string[] = [];
  let keyLinesLeft = 0;
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf("\n", from + AT_ONCE);
    const to = end < 0 ? text.length : end + 1;
    // The break after the last line is none of its lines.
    const redacted = redactText(text.slice(from, end < 0 ? to : end), keyLinesLeft);
    parts.push(end < 0 ? redacted.text : `${redacted.text}\n`);
    keyLinesLeft = redacted.keyLinesLeft;
    from = to;
    await breathe();
  }
  return parts.join("");
}

function redactedData(text: string): string {
  try {
    return JSON.stringify(redactData(JSON.parse(text)), null, 1);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return redactText(text).text;
  }
}

/** The oldest lines go first. */
function lastLines(text: string, most: number): string {
  const whole = Buffer.from(text);
  if (whole.length <= most) return text;
  const end = whole.subarray(whole.length - Math.max(0, most)).toString("utf8");
  const line = end.indexOf("\n");
  return line >= 0 && line < end.length - 1 ? end.slice(line + 1) : withoutHalves(end);
}

/** Entries of a list go from its end, so that it stays one; anything else ends where it ends. */
function firstPart(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  const entries: unknown = text.startsWith("[") ? JSON.parse(text) : null;
  if (Array.isArray(entries)) {
    for (let count = entries.length; count > 0; count = Math.floor(count / 2)) {
      const fewer = JSON.stringify(entries.slice(0, count), null, 1);
      if (Buffer.byteLength(fewer) <= most) return fewer;
    }
    return "";
  }
  return withoutHalves(Buffer.from(text).subarray(0, Math.max(0, most)).toString("utf8"));
}

/** A cut may fall inside a character; what is left of that goes, too. */
function withoutHalves(text: string): string {
  return text.replace(/^\uFFFD{1,3}|\uFFFD{1,3}$/g, "");
}
