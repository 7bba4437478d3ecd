"use client";
import { Empty } from "@/components/ui/empty";
import { Panel } from "@/components/ui/panel";
import type { IncidentView } from "@/lib/contracts/incident";
import { moveInList } from "./move-in-list";
import { OnsetLine } from "./onset-line";
import { NoRecentChangeRow, SuspectRow } from "./suspect-row";

/**
 * The suspects of an incident, ranked, each with how likely it is and what speaks for and against it,
 * and among them that no recent change did it. The chosen one is in the address.
 */
export function SuspectList({
  view,
  chosen,
  hrefOf,
}: {
  view: IncidentView;
  chosen: string | null;
  hrefOf: (suspectId: string) => string;
}) {
  const { suspects, noRecentChange } = view;
  const changes = new Map(view.changes.map((change) => [change.id, change]));
  const likelier = suspects.filter(({ probability }) => probability >= noRecentChange.probability);
  const rows = suspects.map((suspect, index) => (
    <SuspectRow
      key={suspect.id}
      suspect={suspect}
      rank={index + 1}
      isChosen={suspect.id === chosen}
      href={hrefOf(suspect.id)}
      changes={changes}
    />
  ));
  return (
    <Panel
      title="Suspects"
      aside={`${view.changes.length} ${view.changes.length === 1 ? "change" : "changes"} looked at`}
    >
      <OnsetLine view={view} />
      {suspects.length === 0 ? (
        <Empty title="Nothing plausible changed.">
          No change to the affected services came before harm in this window. Look at what they
          depend on, at traffic, or correct the start of harm.
        </Empty>
      ) : (
        <ol data-keys onKeyDown={moveInList}>
          {rows.slice(0, likelier.length)}
          <NoRecentChangeRow cause={noRecentChange} isLikeliest={likelier.length === 0} />
          {rows.slice(likelier.length)}
        </ol>
      )}
    </Panel>
  );
}
