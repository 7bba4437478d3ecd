import { unbroken } from "@/components/clock/unbroken";
import { Tag } from "@/components/ui/tag";
import type { KnownGoodLine } from "@/lib/contracts/known-good";

/** Said of a hurt service when what is live isn't its known good state. */
export function NotKnownGood({ line }: { line: KnownGoodLine | undefined }) {
  if (!line || line.isLive) return null;
  return (
    <span className="text-meta text-ink-2">
      <Tag tone="warn">Not on known good</Tag> <span>{unbroken(line.sentence)}</span>
    </span>
  );
}
