import { type Asked, ask } from "./ask.ts";

/** A browser, as far as signing in goes: it keeps each site's cookies and follows where it is sent. */
export class Visitor {
  readonly #jars = new Map<string, Map<string, string>>();
  readonly #home: string;

  constructor(home: string) {
    this.#home = new URL(home).origin;
  }

  /** The product's cookies. */
  get cookies(): Map<string, string> {
    return this.#jarOf(this.#home);
  }

  async go(method: string, url: string, body?: string): Promise<Asked> {
    const at = new URL(url, this.#home);
    const jar = this.#jarOf(at.origin);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers: Record<string, string> = { host: at.host, ...(cookie ? { cookie } : {}) };
    if (body !== undefined) {
      headers["content-type"] = "application/x-www-form-urlencoded";
      headers.origin = this.#home;
    }
    const got = await ask(at.origin, method, at.pathname + at.search, headers, body);
    for (const line of got.headers.get("set-cookie")?.split(/,(?=[^;,]+=)/) ?? []) {
      const [, name, value] = /^\s*([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name && value) jar.set(name, value);
      else if (name) jar.delete(name);
    }
    return got;
  }

  /** Presses the button of a provider and goes wherever that leads. Answers the address where it ends. */
  async signIn(provider: string): Promise<string> {
    const { csrfToken } = JSON.parse((await this.go("GET", "/api/auth/csrf")).text);
    const form = new URLSearchParams({ csrfToken, callbackUrl: `${this.#home}/incidents` });
    let at = new URL(`/api/auth/signin/${provider}`, this.#home).href;
    let got = await this.go("POST", at, form.toString());
    for (let step = 0; step < 10; step += 1) {
      const to = got.headers.get("location");
      if (!to) break;
      at = new URL(to, at).href;
      got = await this.go("GET", at);
    }
    return at;
  }

  #jarOf(origin: string): Map<string, string> {
    const jar = this.#jars.get(origin) ?? new Map<string, string>();
    this.#jars.set(origin, jar);
    return jar;
  }
}
