import { plannedTime } from "@/components/clock/duration";
import { Time } from "@/components/clock/time";
import type { RetroDocument } from "@/lib/contracts/retro";

type Span = RetroDocument["impact"];

function Row({
  label,
  span,
  from,
  to,
  look,
}: {
  label: string;
  span: Span;
  from: number;
  to: number;
  look: string;
}) {
  const start = Date.parse(span.from);
  const end = span.to === null ? to : Date.parse(span.to);
  const part = (ms: number) => `${(Math.max(0, ms) / Math.max(1, to - from)) * 100}%`;
  return (
    <div className="grid gap-x-3 gap-y-1 sm:grid-cols-[13rem_minmax(0,1fr)]">
      <dt className="text-ink-2">{label}</dt>
      <dd className="min-w-0">
        <p>
          <b className="font-semibold">
            {span.to === null ? "still going on" : plannedTime(end - start)}
          </b>{" "}
          <span className="text-ink-3">
            <Time at={span.from} only="absolute" /> to{" "}
            {span.to === null ? "now" : <Time at={span.to} only="absolute" />} UTC
          </span>
        </p>
        <div aria-hidden="true" className="mt-1 h-2 rounded-full bg-sunken">
          <div
            className={`h-2 min-w-1 rounded-full ${look}`}
            style={{ marginInlineStart: part(start - from), width: part(end - start) }}
          />
        </div>
      </dd>
    </div>
  );
}

/** How long customers were hurt beside how long people worked on it: not the same thing. */
export function WindowBars({ document }: { document: RetroDocument }) {
  const { impact, response } = document;
  const ends = [impact, response].flatMap(({ from, to }) => (to ? [from, to] : [from]));
  const times = ends.map((at) => Date.parse(at));
  const scale = { from: Math.min(...times), to: Math.max(...times) };
  return (
    <dl className="flex flex-col gap-3 px-3.5 py-3">
      <Row label="Customers were hurt" span={impact} {...scale} look="bg-ink-2" />
      <Row label="People worked on it" span={response} {...scale} look="bg-edge" />
    </dl>
  );
}
