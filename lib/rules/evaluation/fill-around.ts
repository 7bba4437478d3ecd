import {
  EVERYDAY_FLAGS,
  EVERYDAY_KEYS,
  EVERYDAY_MERGES,
  EVERYDAY_SETTINGS,
} from "./everyday-changes";
import type { CaseAround, CaseChange, IncidentCase } from "./incident-case";
import { seeded } from "./seeded";

const SHARES = ["0%", "1%", "5%", "10%", "25%", "50%", "100%"] as const;

/** The everyday changes that a case asks for around its own: the same in every run. */
export function fillAround(incident: IncidentCase): CaseChange[] {
  return incident.around.flatMap((around, index) =>
    draw(around, `${incident.id}/around/${index}`, `a${index}`),
  );
}

function draw(around: CaseAround, seed: string, prefix: string): CaseChange[] {
  const random = seeded(seed);
  const pick = <T>(from: readonly T[], otherwise: T): T =>
    from[Math.floor(random() * from.length)] ?? otherwise;
  const merge = () => {
    const [title, ...files] = pick(EVERYDAY_MERGES, ["Tidy up"]);
    return { title, files, flags: [] };
  };
  return Array.from({ length: around.count }, (_, index): CaseChange => {
    const id = `${prefix}-${index}`;
    const at = around.from + random() * (around.to - around.from);
    const service = pick(around.on, "platform");
    const common = { id, at, by: pick(["ines", "jun", "mira", "tom", null], null) };
    const kind = random();
    if (kind < 0.6) {
      const merges = Array.from({ length: 1 + Math.floor(random() ** 2 * 4) }, (_, n) => ({
        ...merge(),
        before: 6 + n * 9 + random() * 20,
      }));
      return {
        ...{ ...common, deploy: service, merges },
        ...{ settings: [], took: 0.7 + random() * 4, isFirst: false },
      };
    }
    if (kind < 0.8) {
      const step = Math.floor(random() * (SHARES.length - 1));
      const [from, to] = [SHARES[step] ?? "0%", SHARES[step + 1] ?? "1%"];
      const flag = pick(EVERYDAY_FLAGS, "dark-mode");
      return { ...common, flag, of: [service], from, to, environment: "production" };
    }
    if (kind < 0.88) {
      const settings = [pick(EVERYDAY_SETTINGS, "env LOG_LEVEL debug → info")];
      return {
        ...common,
        deploy: service,
        merges: [],
        settings,
        took: 1 + random(),
        isFirst: false,
      };
    }
    if (kind < 0.93) {
      const keys = [pick(EVERYDAY_KEYS, "LOG_LEVEL")];
      return { ...common, config: `ConfigMap/${service}-settings`, of: [service], keys };
    }
    return { ...common, ...merge(), merge: true, of: [service] };
  });
}
