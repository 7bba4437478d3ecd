import "server-only";
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
} from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const VERSION = "kg1";

/** Keeps what must be stored but not read: `seal` encrypts, `open` needs the same key. */
export type Sealer = {
  seal(text: string): string;
  /** Throws a SealError when the text was sealed with another key or was altered. */
  open(sealed: string): string;
  /**
   * HMAC-SHA-256 with a key of its own: `<key id>.<hash>`, base64url. Equal texts have equal
   * fingerprints, and without the key a text can't even be guessed at. Those of another key can't be
   * compared.
   */
  fingerprint(text: string): string;
};

export class SealError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SealError";
  }
}

/**
 * AES-256-GCM. A sealed text reads `kg1.<key id>.<nonce>.<tag>.<text>`, base64url; the key id says
 * which key is missing without saying anything about it.
 */
export function createSealer(key: Buffer): Sealer {
  if (key.length !== 32) throw new SealError("A sealing key is 32 bytes long.");
  const keyId = createHash("sha256")
    .update(`known-good key id:${key.toString("base64")}`)
    .digest("hex")
    .slice(0, 8);
  const header = `${VERSION}.${keyId}`;
  const hashKey = Buffer.from(hkdfSync("sha256", key, "", "known-good fingerprint", 32));
  return {
    fingerprint(text) {
      return `${keyId}.${createHmac("sha256", hashKey).update(text).digest("base64url")}`;
    },
    seal(text) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      cipher.setAAD(Buffer.from(header));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      const parts = [nonce, cipher.getAuthTag(), body].map((part) => part.toString("base64url"));
      return [header, ...parts].join(".");
    },
    open(sealed) {
      const [version, id, nonce, tag, body] = sealed.split(".");
      if (version !== VERSION || !id || !nonce || !tag || body === undefined) {
        throw new SealError("This is not a sealed text.");
      }
      if (id !== keyId) {
        throw new SealError(
          `Sealed with key ${id}, but the key in use is ${keyId}: set KNOWN_GOOD_KEY to the earlier key.`,
        );
      }
      const tagBytes = Buffer.from(tag, "base64url");
      if (tagBytes.length !== 16) throw new SealError("The sealed text was altered.");
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64url"));
        decipher.setAAD(Buffer.from(header));
        decipher.setAuthTag(tagBytes);
        const text = Buffer.concat([
          decipher.update(Buffer.from(body, "base64url")),
          decipher.final(),
        ]);
        return text.toString("utf8");
      } catch {
        throw new SealError("The sealed text was altered.");
      }
    },
  };
}

/**
 * The key of an installation: from the environment, or for the embedded database from a file beside
 * it that only this user may read, made at the first start.
 */
export function loadSealingKey(given: string | undefined, dataDir: string | null): Buffer {
  if (given !== undefined) return Buffer.from(given, "base64");
  if (dataDir === null) {
    throw new SealError(
      "With DATABASE_URL set, KNOWN_GOOD_KEY must hold a key of 32 bytes in base64.",
    );
  }
  const path = join(dataDir, "key");
  try {
    writeFileSync(path, randomBytes(32).toString("base64"), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const key = Buffer.from(readFileSync(path, "utf8"), "base64");
  if (key.length !== 32) {
    throw new SealError(`The key file ${path} is damaged: put back the copy you keep of it.`);
  }
  return key;
}
