import { Tag, type Tone } from "@/components/ui/tag";
import type { OwnerOnLever } from "@/lib/contracts/owner";

const HANDLINGS: Record<OwnerOnLever["handling"], { word: string; tone: Tone }> = {
  pause: { word: "Will be paused first", tone: "plain" },
  "paused-already": { word: "Paused already", tone: "plain" },
  unneeded: { word: "Needs no pause", tone: "plain" },
  refused: { word: "Can’t be paused", tone: "warn" },
};

/** What an owner does to a rollback: in a few words where it does it soon, else as its source says. */
function Effect({ undoesWithinSeconds, handling, sentence, title }: OwnerOnLever) {
  const isSaid = handling === "paused-already" || handling === "unneeded";
  if (isSaid || undoesWithinSeconds === null) return sentence;
  const seconds = undoesWithinSeconds;
  const within = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return (
    <>
      <b className="font-semibold text-ink">{title}</b> undoes a rollback within {within}
    </>
  );
}

/** Who keeps a Deployment as it is, what they do to a rollback, and what pulling does about it. */
export default function OwnerLines({ owners }: { owners: readonly OwnerOnLever[] }) {
  return (
    <section aria-label="Who would undo it" className="border-t border-line pt-2 text-meta">
      <ul className="flex flex-col gap-1.5">
        {owners.map((owner) => {
          const { kind, title, handling, because, who, resumedBy } = owner;
          const { word, tone } = HANDLINGS[handling];
          return (
            <li key={`${kind} ${title}`} className="min-w-0 wrap-anywhere text-ink-2">
              <Effect {...owner} /> <Tag tone={tone}>{word}</Tag>
              {/* Where it undoes a rollback, what stands in the way says why. */}
              {handling === "refused" && because && owner.undoesWithinSeconds === null ? (
                <p>
                  {because}
                  {who ? ` Can be changed by ${who}.` : ""}
                </p>
              ) : null}
              {resumedBy && handling === "pause" ? (
                <p>
                  <span aria-hidden="true" className="me-1 font-extrabold text-warn">
                    !
                  </span>
                  {resumedBy} may turn it back on.
                </p>
              ) : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
