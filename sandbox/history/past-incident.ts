/** An incident of the shop's past, as somebody there would tell it in three lines. */
export type PastIncident = {
  title: string;
  service: "storefront" | "catalog" | "checkout" | "payments";
  /** How it was restored; `none`: by other means, which `change` then names. */
  lever: "retoggle" | "rollback" | "revert" | "none";
  severity: 1 | 2 | 3 | 4;
  /** Title of the merge, key of the flag, or what helped when no lever did. */
  change: string;
  factor: string;
  wentWell: string;
  isDrill?: true;
};

type Told = [
  title: string,
  service: PastIncident["service"],
  lever: PastIncident["lever"],
  severity: PastIncident["severity"],
  change: string,
  factor: string,
  wentWell: string,
];

/** The same in a row, so that two years fit on a few pages. */
export function told(rows: Told[]): PastIncident[] {
  return rows.map(([title, service, lever, severity, change, factor, wentWell]) => ({
    ...{ title, service, lever, severity, change, factor, wentWell },
    ...(title.startsWith("Drill:") ? { isDrill: true as const } : {}),
  }));
}
