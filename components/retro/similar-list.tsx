import Link from "next/link";
import { Time } from "@/components/clock/time";
import { Severity } from "@/components/severity/severity";
import { Panel } from "@/components/ui/panel";
import type { SimilarIncident } from "@/lib/contracts/similar-incident";

/** Earlier incidents like this one, with what they share. */
export function SimilarList({ similar }: { similar: SimilarIncident[] }) {
  return (
    <Panel title="Similar incidents">
      {similar.length === 0 ? (
        <p className="px-3.5 py-3 text-ink-2">
          None yet. Incidents that share a service, a lever or words will stand here.
        </p>
      ) : (
        <ul>
          {similar.map(({ incident, because, hasRetro }) => (
            <li
              key={incident.id}
              className="flex flex-wrap items-center gap-x-3 gap-y-0.5 border-b border-line px-3.5 py-2 last:border-b-0"
            >
              <span className="w-16">
                <Severity grade={incident.severity} isLive={incident.status === "declared"} />
              </span>
              <Link
                href={`/${hasRetro ? "retros" : "incidents"}/${encodeURIComponent(incident.id)}`}
                className="min-w-0 flex-1 basis-52 font-medium underline decoration-line underline-offset-2 hover:decoration-current"
              >
                <bdi>{incident.title}</bdi>{" "}
                <span className="font-normal text-ink-3">
                  {incident.id}
                  {hasRetro ? ", its retro" : ""}
                </span>
              </Link>
              <span className="text-meta text-ink-2">{because.join(", ")}</span>
              <span className="text-meta text-ink-3">
                <Time at={incident.declaredAt} only="relative" />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
