import "server-only";
import { flagSnapshots } from "@/lib/changes/flag-store";
import type { Service } from "@/lib/contracts/service";
import type { Ctx } from "@/lib/server/context";
import { flagInCode } from "./flag-in-code";

/** Of a service's flags that are on, so many are looked up ahead. */
const MOST_FLAGS = 20;

/**
 * Reads how the running versions use the flags that are on, so that a card needn't wait for the
 * repository, nor do without it when that is away. What was read before costs nothing.
 */
export async function readFlagUse(
  ctx: Ctx,
  about: { services: Service[]; source: string },
): Promise<void> {
  for (const { flags, repository } of about.services) {
    if (!flags || repository?.source !== about.source) continue;
    const snapshots = await flagSnapshots(ctx.db, flags.source, flags);
    const keys = [...snapshots]
      .filter(([key, { state }]) => state.enabled && (flags.keys?.includes(key) ?? true))
      .map(([key]) => key);
    for (const key of keys.slice(0, MOST_FLAGS)) {
      const { source, project, environment } = flags;
      await flagInCode(
        ctx,
        { lever: "retoggle", source, project, environment, key, to: { state: "off" } },
        { doing: "turning it off", isTurningOff: true },
      );
    }
  }
}
