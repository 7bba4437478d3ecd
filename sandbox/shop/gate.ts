/** Where the pipeline asks whether it may deliver, and with which token. */
export type Gate = { url: string; token: string };

const TIMEOUT_MS = 5_000;

/**
 * Asks the gate as the pipeline's shell step does: null when the delivery may go, else why it has to
 * wait. A gate that can't be asked holds, too.
 */
export async function askGate(gate: Gate, service: string, sha: string): Promise<string | null> {
  const query = new URLSearchParams({ service, sha });
  try {
    const response = await fetch(`${gate.url}?${query}`, {
      headers: { authorization: `Bearer ${gate.token}`, accept: "application/json" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) {
      await response.body?.cancel();
      return null;
    }
    const text = await response.text();
    if (response.status === 423) return reasonIn(text);
    return `the gate answered ${response.status}: ${text.slice(0, 200)}`;
  } catch (error) {
    return `the gate can’t be reached: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Why it is frozen, in the gate's own words. */
function reasonIn(text: string): string {
  try {
    const told = JSON.parse(text) as Record<string, unknown>;
    const words = [told.sentence, told.message, told.reason].find((one) => typeof one === "string");
    const until = typeof told.until === "string" ? ` Until ${told.until}.` : "";
    return `frozen: ${words ?? text.slice(0, 300)}${until}`;
  } catch {
    return `frozen: ${text.slice(0, 300)}`;
  }
}
