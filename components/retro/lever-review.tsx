import { plannedTime } from "@/components/clock/duration";
import { Panel } from "@/components/ui/panel";
import { Tag } from "@/components/ui/tag";
import type { AdviceReview, Alternative } from "@/lib/contracts/retro";

function Advice({ advice }: { advice: AdviceReview }) {
  return (
    <div className="border-t border-line px-3.5 py-3">
      <h3 className="flex flex-wrap items-center gap-2 text-body">
        What was recommended
        {advice.wasFollowed === null ? null : (
          <Tag>{advice.wasFollowed ? "followed" : "not followed"}</Tag>
        )}
        {advice.wasRight === null ? (
          <Tag>right or not: never tried</Tag>
        ) : (
          <Tag tone={advice.wasRight ? "good" : "warn"}>{advice.wasRight ? "right" : "wrong"}</Tag>
        )}
      </h3>
      <p className="max-w-[52rem]">{advice.sentence}</p>
      {advice.because ? <p className="max-w-[52rem] text-ink-2">{advice.because}</p> : null}
    </div>
  );
}

/** The lever that was chosen, what the others would have cost, and how good the advice was. */
export function LeverReview({
  alternatives,
  advice,
}: {
  alternatives: Alternative[];
  advice: AdviceReview | null;
}) {
  return (
    <Panel title="The way back, and the others there were">
      {alternatives.length === 0 ? (
        <p className="px-3.5 py-3 text-ink-2">
          No lever was pulled here, so there is nothing to compare.
        </p>
      ) : (
        <ul>
          {alternatives.map((each) => (
            <li
              key={each.lever}
              className="grid gap-x-3 gap-y-0.5 border-b border-line px-3.5 py-2 last:border-b-0 sm:grid-cols-[minmax(0,1fr)_auto]"
            >
              <p className="flex min-w-0 flex-wrap items-center gap-2">
                <span className={each.wasPulled ? "font-semibold" : ""}>{each.label}</span>
                {each.wasPulled ? <Tag tone="accent">pulled</Tag> : null}
                {each.wasRecommended ? <Tag>recommended</Tag> : null}
                {each.couldBePulled === false && !each.wasPulled ? (
                  <Tag>could not be pulled</Tag>
                ) : null}
              </p>
              <p className="whitespace-nowrap text-ink-2 sm:text-end">
                {each.ms === null ? (
                  "time not known"
                ) : (
                  <>
                    <b className="font-semibold text-ink">
                      {each.isMeasured ? "" : "about "}
                      {plannedTime(each.ms)}
                    </b>{" "}
                    {each.isMeasured ? "measured" : "as estimated then"}
                  </>
                )}
              </p>
              <p className="max-w-[52rem] text-ink-2 sm:col-span-2">{each.sentence}</p>
            </li>
          ))}
        </ul>
      )}
      {advice ? <Advice advice={advice} /> : null}
    </Panel>
  );
}
