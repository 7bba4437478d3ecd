"use client";
import { lazy, type ReactNode, Suspense } from "react";
import { plannedTime } from "@/components/clock/duration";
import { unbroken } from "@/components/clock/unbroken";
import { Commands } from "@/components/ui/commands";
import { Tag } from "@/components/ui/tag";
import type { Estimate, LeverKind, LeverPreview } from "@/lib/contracts/lever";
import { CheckedList } from "./checked-list";
import { type Fire, isPressable, LeverPress } from "./lever-press";

// Loaded where migrations are at issue.
const SchemaPanel = lazy(() => import("@/components/schema/schema-panel"));

// Loaded where somebody else keeps the Deployment as it is.
const OwnerLines = lazy(() => import("./owner-lines"));

export const leverNames: Record<LeverKind, string> = {
  retoggle: "Retoggle",
  rollback: "Roll back",
  revert: "Revert",
};
const keys: Record<LeverKind, string> = { retoggle: "t", rollback: "r", revert: "v" };

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[3.75rem_minmax(0,1fr)] gap-1.5">
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 text-ink-2">{children}</dd>
    </div>
  );
}

function Takes({ estimate }: { estimate: Estimate }) {
  return (
    <>
      <b className="font-semibold text-ink">about {plannedTime(estimate.p50Ms)}</b>
      <span className="text-ink-3">
        {estimate.p90Ms === null ? "" : `, P90 ${plannedTime(estimate.p90Ms)}`}; {estimate.basis}
      </span>
    </>
  );
}

/** What stands in the way of a lever, who can lift it, and how to do it by hand. */
export function Blockers({
  blockers,
  isQuiet = false,
}: {
  blockers: LeverPreview["blockers"];
  /** There is nothing to pull, so that nothing is in the way either: only why is said. */
  isQuiet?: boolean;
}) {
  return (
    <ul className="flex flex-col gap-2">
      {blockers.map((blocker) => (
        <li
          key={blocker.code}
          className={`text-meta ${isQuiet ? "text-ink-2" : "border-s-2 border-warn ps-2.5 font-medium text-ink"}`}
        >
          <p>{blocker.sentence}</p>
          {blocker.who ? (
            <p className="font-normal text-ink-2">Can be lifted by {blocker.who}.</p>
          ) : null}
          <Commands commands={blocker.commands} />
        </li>
      ))}
    </ul>
  );
}

/** What the panel about the schema says in full isn't said a second time. */
const isOfSchema = ({ code }: { code: string }) =>
  code === "schema-incompatible" || code === "schema-unknown" || code === "migrated-down";

/** Neither is what the lines about the owners say. */
const isOfOwners = ({ code }: { code: string }) => code.startsWith("owner-");

/**
 * One lever: what it does, how long, whom it touches, what it leaves, what was checked, and the press. Side
 * by side the levers share three rows, so that a button that is armed grows downwards, under the pointer.
 */
export function LeverPreviewPanel({
  id,
  preview,
  incidentId,
  schemaToldUnder,
  isRecommended,
  isRunnerUp,
  mayAct,
  refusal,
  fire,
}: {
  /** By which the page leads here. */
  id: string;
  preview: LeverPreview;
  incidentId: string;
  /** The lever whose panel already tells the same about the schema. */
  schemaToldUnder: LeverKind | null;
  isRecommended: boolean;
  isRunnerUp: boolean;
  mayAct: boolean;
  /** Said in place of the button when this person may not act. */
  refusal: string;
  fire: Fire;
}) {
  const isBlocked = preview.blockers.length > 0 || preview.target === null;
  const schema = preview.schema ?? null;
  const owners = preview.owners ?? [];
  const isSchemaShown =
    schema !== null && (schema.verdict !== "compatible" || schema.migratedDown !== null);
  const blockers = preview.blockers.filter((one) => !isSchemaShown || !isOfSchema(one));
  const warnings = preview.warnings.filter(
    (one) => !(isSchemaShown && isOfSchema(one)) && !(owners.length > 0 && isOfOwners(one)),
  );
  const press = mayAct ? (
    <LeverPress
      preview={preview}
      isPrimary={isRecommended}
      keys={keys[preview.lever]}
      freezeFor={incidentId}
      fire={fire}
    />
  ) : isPressable(preview) ? (
    <p className="row-start-3 text-meta text-ink-2">{refusal}</p>
  ) : null;
  return (
    <section
      id={id}
      tabIndex={-1}
      aria-label={leverNames[preview.lever]}
      className={`grid -outline-offset-2 min-w-0 grid-cols-1 gap-2 border-line px-3.5 pt-3 pb-3.5 not-last:border-b @3xl:row-span-3 @3xl:grid-rows-subgrid @3xl:not-last:border-e @3xl:not-last:border-b-0 ${
        isRecommended ? "bg-accent-soft" : ""
      }`}
    >
      <div className="flex flex-col gap-2">
        <header className="flex flex-wrap items-center gap-2">
          <h3 className="text-head">{leverNames[preview.lever]}</h3>
          {isRecommended ? <Tag tone="accent">Recommended</Tag> : null}
          {isRunnerUp ? <Tag>Runner-up</Tag> : null}
          {preview.target === null ? (
            <Tag>Not for this</Tag>
          ) : isBlocked ? (
            <Tag tone="warn">Blocked</Tag>
          ) : null}
        </header>
        <p>{unbroken(preview.sentence)}</p>
        {/* Nothing is claimed of a lever whose system couldn't be asked. */}
        {preview.target === null || preview.sentence === "" ? null : (
          <dl className="flex flex-col gap-1 text-meta">
            <Row name="Takes">
              <Takes estimate={preview.estimate} />
            </Row>
            <Row name="Touches">{preview.touches}</Row>
            <Row name="Leaves">
              {preview.leaves.length === 0 ? (
                "nothing behind"
              ) : (
                <ul
                  className={preview.leaves.length > 1 ? "list-disc ps-3.5 marker:text-ink-3" : ""}
                >
                  {preview.leaves.map((left) => (
                    <li key={left}>{left}</li>
                  ))}
                </ul>
              )}
            </Row>
            <Row name="Checked">
              <CheckedList checks={preview.checks} warnings={warnings} />
            </Row>
          </dl>
        )}
        {owners.length > 0 ? (
          <Suspense fallback={null}>
            <OwnerLines owners={owners} />
          </Suspense>
        ) : null}
        {isSchemaShown ? (
          <Suspense fallback={null}>
            <SchemaPanel
              report={schema}
              incidentId={incidentId}
              mayAct={mayAct}
              toldUnder={schemaToldUnder === null ? null : leverNames[schemaToldUnder]}
            />
          </Suspense>
        ) : null}
        {isBlocked ? (
          <>
            {blockers.length > 0 ? (
              <Blockers blockers={blockers} isQuiet={preview.target === null} />
            ) : null}
            {press}
          </>
        ) : null}
      </div>
      {isBlocked ? null : press}
    </section>
  );
}
