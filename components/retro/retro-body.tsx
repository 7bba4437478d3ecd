import { lazy, Suspense } from "react";
import { FollowUpPanel } from "@/components/follow-up/follow-up-panel";
import { Panel } from "@/components/ui/panel";
import type {
  RetroDocument,
  RetroSection,
  RetroSectionName,
  RetroView,
} from "@/lib/contracts/retro";
import { FactorPanel } from "./factor-panel";
import { LeverReview } from "./lever-review";
import { LooseEndList } from "./loose-end-list";
import { PhaseBar } from "./phase-bar";
import { PublishPanel } from "./publish-panel";
import { useRetroDesk } from "./retro-desk";
import { SchedulePanel } from "./schedule-panel";
import { SectionField, SectionText } from "./section-field";
import { SimilarList } from "./similar-list";
import { TimelinePanel } from "./timeline-panel";
import { WindowBars } from "./window-bars";

const EvidencePanel = lazy(() => import("@/components/evidence/evidence-panel"));

const first: RetroSectionName[] = ["summary", "customers"];
const lessons: RetroSectionName[] = ["went-well", "was-hard", "lucky", "surprised"];

function Sections({
  title,
  names,
  sections,
}: {
  title: string;
  names: RetroSectionName[];
  sections: RetroSection[];
}) {
  const { mayEdit } = useRetroDesk();
  return (
    <Panel title={title} aside={mayEdit ? "saved as you type, together with others" : undefined}>
      <div className="divide-y divide-line">
        {names.map((name) => {
          const section = sections.find((each) => each.name === name);
          if (!section) return null;
          return mayEdit ? (
            <SectionField key={name} section={section} />
          ) : (
            <SectionText key={name} section={section} />
          );
        })}
      </div>
    </Panel>
  );
}

/** All that a retro says, in the order in which a team goes through it. */
export function RetroBody({
  view,
  document,
  version,
  lit,
  onLight,
}: {
  view: RetroView;
  /** What is shown: the one being written, or a published one. */
  document: RetroDocument;
  version: number | null;
  lit: readonly string[];
  onLight: (subjects: readonly string[]) => void;
}) {
  const { incidentId, mayEdit } = useRetroDesk();
  return (
    <div className="grid items-start gap-3 xl:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="flex min-w-0 flex-col gap-3">
        <Sections title="What happened" names={first} sections={document.sections} />
        <Panel title="Impact and response" aside="how long it hurt isn't how long people worked">
          <WindowBars document={document} />
          <PhaseBar phases={document.phases} />
        </Panel>
        <LeverReview alternatives={document.alternatives} advice={document.advice} />
        <TimelinePanel document={document} lit={lit} />
        <Sections title="What we learned" names={lessons} sections={document.sections} />
        <FactorPanel
          factors={document.factors}
          timeline={document.timeline}
          lit={lit}
          onLight={onLight}
        />
        <LooseEndList ends={document.looseEnds} />
        <Suspense fallback={null}>
          <EvidencePanel incidentId={incidentId} />
        </Suspense>
        <FollowUpPanel incidentId={incidentId} followUps={document.followUps} mayEdit={mayEdit} />
        <SimilarList similar={view.similar} />
      </div>
      <div className="flex min-w-0 flex-col gap-3 xl:sticky xl:top-3">
        <SchedulePanel retro={view.retro} suggested={view.suggestedFacilitators} />
        <PublishPanel view={view} shown={version} />
      </div>
    </div>
  );
}
