import { startRealUnleash } from "../e2e/real-parts/start-real-unleash.ts";
import { ENVIRONMENT, PROJECT } from "../sandbox/shop/catalogue.ts";
import { type HttpClient, httpClient } from "./http-client.ts";

/** The flag that is turned off and on. */
export const KEY = "discount-engine";

export type Flags = { url: string; token: string; called: string; stop: () => Promise<void> };

const FEATURES = `/api/admin/projects/${PROJECT}/features`;

/** A real Unleash with the shop's flag, on for half of the customers; else the reason for none. */
export async function startFlags(): Promise<Flags | string> {
  const real = await startRealUnleash();
  if (real.part === null) return real.reason;
  const { url, adminToken, stop } = real.part;
  const admin = httpClient(url, { authorization: adminToken });
  try {
    await admin.json("POST", FEATURES, { name: KEY, type: "release" });
    await admin.json("POST", `${FEATURES}/${KEY}/environments/${ENVIRONMENT}/strategies`, {
      name: "flexibleRollout",
      parameters: { rollout: "50", stickiness: "default", groupId: KEY },
    });
    await toggle(admin, true);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    admin.close();
  }
  return { url, token: adminToken, called: "a real unleash-server", stop };
}

/** What a careful script does: reads the flag, then toggles it. Milliseconds for both. */
export async function lookThenToggle(flags: HttpClient, on: boolean): Promise<number> {
  const look = await flags.send("GET", `${FEATURES}/${KEY}`);
  if (look.status !== 200) throw new Error(`Unleash answered ${look.status}: ${look.text}`);
  return look.ms + (await toggle(flags, on));
}

/** The bare request: milliseconds until Unleash has answered. */
export async function toggle(flags: HttpClient, on: boolean): Promise<number> {
  const path = `${FEATURES}/${KEY}/environments/${ENVIRONMENT}/${on ? "on" : "off"}`;
  const { status, text, ms } = await flags.send("POST", path);
  if (status !== 200) throw new Error(`Unleash answered ${status}: ${text.slice(0, 300)}`);
  return ms;
}
