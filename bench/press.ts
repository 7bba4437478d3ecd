import { randomUUID } from "node:crypto";
import type { HttpClient } from "./http-client.ts";

export type Pressed = { ms: number; restorationId: string };

type Preview = { seen: string; blockers: { sentence: string }[] };
type Outcome = {
  outcome: string;
  sentence: string;
  restoration: { id: string; acceptedAt: string | null } | null;
};

/**
 * Looks at a lever afresh, then presses it. `ms` is the press alone, from request to the answer that
 * says the product accepted; any other answer throws.
 */
export async function press(
  console: HttpClient,
  incidentId: string,
  target: Record<string, unknown>,
): Promise<Pressed> {
  const query = new URLSearchParams({ target: JSON.stringify(target), incident: incidentId });
  const { value: preview } = await console.json<Preview>("GET", `/api/levers?${query}`);
  const blocker = preview.blockers[0];
  if (blocker) throw new Error(`The lever can't be pulled: ${blocker.sentence}`);
  const { value, ms } = await console.json<Outcome>("POST", "/api/restorations", {
    incidentId,
    target,
    seen: preview.seen,
    key: randomUUID(),
  });
  const { restoration } = value;
  if (value.outcome !== "started" || !restoration?.acceptedAt) {
    throw new Error(`The press wasn't accepted: ${value.outcome}, ${value.sentence}`);
  }
  return { ms, restorationId: restoration.id };
}

const LOOK_EVERY_MS = 200;
const LOOKS = 20;

/** Waits until a Restoration is followed no longer, four seconds at most. */
export async function untilEnded(console: HttpClient, { restorationId }: Pressed): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    const { value } = await console.json<{ endedAt: string | null }>(
      "GET",
      `/api/restorations/${restorationId}`,
    );
    if (value.endedAt) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
