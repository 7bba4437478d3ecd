"use client";
import { Commands } from "@/components/ui/commands";
import { ExternalLink } from "@/components/ui/external-link";
import type { MigratingDown, SchemaFinding, SchemaReport } from "@/lib/contracts/schema-judgement";
import { MigratedDownForm } from "./migrated-down-form";
import { CLASSES, VERDICTS } from "./schema-words";

const SHOWN = 3;

function Finding({ finding }: { finding: SchemaFinding }) {
  const place = `${finding.path.split("/").slice(-2).join("/")}:${finding.line}`;
  return (
    <li className="flex min-w-0 flex-col gap-0.5">
      <p className="text-ink">{finding.sentence}</p>
      {finding.statement === "" ? null : (
        <pre className="max-h-32 overflow-auto rounded-md bg-sunken px-2 py-1 font-mono text-meta break-words whitespace-pre-wrap">
          {finding.statement}
        </pre>
      )}
      <p className="wrap-anywhere text-ink-3">
        <ExternalLink href={finding.url ?? null}>
          <span className="font-mono break-all">{place}</span>
        </ExternalLink>
        {finding.broughtBy ? ` from ${finding.broughtBy},` : null} {CLASSES[finding.class]}
      </p>
    </li>
  );
}

/** What decided the verdict, and folded away what else the migrations do. */
function Findings({ verdict, findings }: Pick<SchemaReport, "verdict" | "findings">) {
  const first = findings.filter((one) => one.verdict === verdict).slice(0, SHOWN);
  const rest = findings.filter((one) => !first.includes(one));
  const keyOf = ({ path, line, rule }: SchemaFinding, index: number) =>
    `${path}:${line} ${rule} ${index}`;
  if (findings.length === 0) return null;
  return (
    <>
      <ul className="flex flex-col gap-2">
        {first.map((finding, index) => (
          <Finding key={keyOf(finding, index)} finding={finding} />
        ))}
      </ul>
      {rest.length > 0 ? (
        <details>
          <summary className="min-h-6 text-ink-2">
            {rest.length === 1 ? "One more statement" : `${rest.length} more statements`}
          </summary>
          <ul className="flex flex-col gap-2 pt-1">
            {rest.map((finding, index) => (
              <Finding key={keyOf(finding, index)} finding={finding} />
            ))}
          </ul>
        </details>
      ) : null}
    </>
  );
}

/** Names between back quotes, set as code. */
function Coded({ text }: { text: string }) {
  const parts = text.split("`");
  // Without a pair they are no quotes: it is shown as it stands.
  if (parts.length % 2 === 0) return text;
  let place = 0;
  return parts.map((part, index) => {
    place += part.length + 1;
    return index % 2 === 1 ? <code key={place}>{part}</code> : part;
  });
}

function Lines({ title, lines }: { title: string; lines: string[] }) {
  if (lines.length === 0) return null;
  return (
    <div>
      <p className="font-medium text-ink">{title}</p>
      <ul className="list-disc ps-4">
        {lines.map((line) => (
          <li key={line} className="wrap-anywhere">
            <Coded text={line} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Plan({ down }: { down: MigratingDown }) {
  const many = down.steps === 1 ? "one migration" : `${down.steps} migrations`;
  return (
    <details className="border-t border-line pt-1.5">
      <summary className="min-h-6 font-medium">What migrating down takes: {many}</summary>
      <div className="flex flex-col gap-2 pt-1 text-ink-2">
        <p>Known Good never runs it. Run it yourself, then say here that it is done.</p>
        {down.note ? <p>{down.note}</p> : null}
        <Lines title="It would lose" lines={down.losses.map(({ sentence }) => sentence)} />
        <Lines title="Nothing brings back" lines={down.impossible} />
        {down.commands.length > 0 ? (
          <div>
            <p className="font-medium text-ink">By {down.tool ?? "hand"}</p>
            <Commands commands={down.commands} />
          </div>
        ) : null}
        {down.downFiles.length > 0 ? (
          <div>
            <p className="font-medium text-ink">
              {down.downFiles.length === 1 ? "Its down file" : "Down files, in this order"}
            </p>
            <ol className="flex flex-col gap-0.5 font-mono">
              {down.downFiles.map((path) => (
                <li key={path} className="break-all">
                  {path}
                </li>
              ))}
            </ol>
          </div>
        ) : null}
        {down.statements.length > 0 ? (
          <div>
            <p className="font-medium text-ink">Statements, newest first</p>
            <Commands commands={down.statements} />
          </div>
        ) : null}
      </div>
    </details>
  );
}

function TakenBack({ down }: { down: NonNullable<SchemaReport["migratedDown"]> }) {
  return (
    <p className="text-ink-2">
      {down.by} took back {down.paths.length === 1 ? "one migration" : `${down.paths.length}`} at{" "}
      {down.at.slice(11, 16)} UTC: “{down.note}”. It is judged without{" "}
      {down.paths.length === 1 ? "it" : "them"}.
    </p>
  );
}

/** Whether what comes back runs on today's schema, the statements that say so, and the way down. */
export default function SchemaPanel({
  report,
  incidentId,
  mayAct,
  toldUnder,
}: {
  report: SchemaReport;
  incidentId: string;
  mayAct: boolean;
  /** The lever under which the same statements are told. */
  toldUnder: string | null;
}) {
  const { word, shape, hue } = VERDICTS[report.verdict];
  return (
    <section
      aria-label="Today’s schema"
      className="flex min-w-0 flex-col gap-2 border-t border-line pt-2 text-meta"
    >
      <p className={`flex items-center gap-1.5 font-semibold ${hue}`}>
        <svg width="15" height="15" viewBox="0 0 16 16" aria-hidden="true" className="shrink-0">
          <path d={shape} fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
        </svg>
        {word(report.version)}
      </p>
      {toldUnder ? (
        <p className="text-ink-2">
          For the same {report.findings.length === 1 ? "statement" : "statements"} as under{" "}
          {toldUnder}
          {report.down ? ", and the way down is told there" : ""}.
        </p>
      ) : (
        <Told report={report} incidentId={incidentId} mayAct={mayAct} />
      )}
    </section>
  );
}

/** The statements, who took them back, and the way down. */
function Told({
  report,
  incidentId,
  mayAct,
}: {
  report: SchemaReport;
  incidentId: string;
  mayAct: boolean;
}) {
  return (
    <>
      {report.verdict === "compatible" || report.findings.length > 0 ? null : (
        <p className="break-words text-ink">{report.sentence}</p>
      )}
      {report.migratedDown ? <TakenBack down={report.migratedDown} /> : null}
      <Findings verdict={report.verdict} findings={report.findings} />
      {report.down ? <Plan down={report.down} /> : null}
      {report.verdict === "incompatible" && report.service !== null && mayAct ? (
        <MigratedDownForm report={report} service={report.service} incidentId={incidentId} />
      ) : null}
    </>
  );
}
