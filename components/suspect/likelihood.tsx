import { likelihoodInWords } from "@/lib/rules/likelihood-words";

/** How likely a cause is: the figure, the word, and a thin bar that only repeats them. */
export function Likelihood({ probability }: { probability: number }) {
  const { word, figure } = likelihoodInWords(probability);
  return (
    <p className="mt-0.5 flex items-center gap-2 text-meta">
      <span aria-hidden="true" className="h-1 w-16 shrink-0 overflow-hidden rounded-full bg-line">
        <span
          className="block h-full rounded-full bg-ink-2"
          style={{ width: `${Math.round(probability * 100)}%` }}
        />
      </span>
      <span className="tabular-nums">
        <b className="font-semibold">{figure}</b> <span className="text-ink-2">{word}</span>
      </span>
    </p>
  );
}
