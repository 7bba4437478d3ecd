type Asked = {
  key: string;
  resolve: (text: string | null) => void;
  reject: (error: unknown) => void;
};

/** Reads files as commits have them; what is asked for in one turn of the program is read by one git. */
export class FileReader {
  readonly #batch: (keys: string) => Promise<Buffer>;
  #asked: Asked[] = [];

  /** `batch` answers what `git cat-file --batch` prints for names of objects, one a line. */
  constructor(batch: (keys: string) => Promise<Buffer>) {
    this.#batch = batch;
  }

  /** The text of `commit:path`, or null when there is no such file. */
  read(key: string): Promise<string | null> {
    if (key.includes("\n")) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      if (this.#asked.length === 0) setImmediate(() => void this.#readAll());
      this.#asked.push({ key, resolve, reject });
    });
  }

  async #readAll(): Promise<void> {
    const asked = this.#asked;
    this.#asked = [];
    try {
      const printed = await this.#batch(asked.map(({ key }) => `${key}\n`).join(""));
      let at = 0;
      for (const { resolve } of asked) {
        const end = printed.indexOf("\n", at);
        if (end < 0) throw new Error("git cat-file ended before it had answered everything.");
        const [, type, size] =
          /^[0-9a-f]{40} (\w+) (\d+)$/.exec(printed.toString("utf8", at, end)) ?? [];
        at = end + 1;
        const length = Number(size ?? 0);
        resolve(type === "blob" ? printed.toString("utf8", at, at + length) : null);
        // Whatever is there is followed by a line break of its own; what isn't has its line alone.
        if (type) at += length + 1;
      }
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}
