import type { RecoveryDot, RecoveryView, RestoredBy } from "@/lib/contracts/recovery";
import { LEVER_NAMES } from "@/lib/rules/recovery-names";

/** A dot of the plot. Milliseconds; `at` since the epoch. */
export type PlotDot = Omit<RecoveryDot, "at"> & { at: number };

/** A view whose dots are one text, a line each: thousands of objects would weigh on every page. */
export type RecoveryPicture = Omit<RecoveryView, "dots"> & { dots: string };

/** The view with its dots as one text in which nothing need be escaped, in the order they came in. */
export function packView({ dots, ...view }: RecoveryView): RecoveryPicture {
  const lines = dots.map((dot) =>
    [
      dot.incidentId,
      Date.parse(dot.at).toString(36),
      Math.round(dot.ms).toString(36),
      dot.lever,
      dot.severity,
      dot.isDrill ? "drill" : "",
      ...dot.services.map(encodeURIComponent),
    ].join(","),
  );
  return { ...view, dots: lines.join(";") };
}

/** The dots of a packed view, the oldest first. */
export function unpackDots(text: string): PlotDot[] {
  if (text === "") return [];
  const dots = text.split(";").map((line): PlotDot => {
    const [incidentId = "", at = "", ms = "", lever, severity, drill, ...services] =
      line.split(",");
    return {
      incidentId,
      at: Number.parseInt(at, 36),
      ms: Number.parseInt(ms, 36),
      lever: isLever(lever) ? lever : "none",
      severity: gradeOf(severity),
      services: services.map(decodeURIComponent),
      isDrill: drill === "drill",
    };
  });
  return dots.sort((a, b) => a.at - b.at);
}

function gradeOf(word: string | undefined): RecoveryDot["severity"] {
  return word === "1" ? 1 : word === "2" ? 2 : word === "3" ? 3 : 4;
}

function isLever(word: string | undefined): word is RestoredBy {
  return word !== undefined && word in LEVER_NAMES;
}
