/** Questions to go on with when the first one is answered. */
export function MoreToAsk({ prompts }: { prompts: readonly string[] }) {
  return (
    <details className="text-meta text-ink-2">
      <summary className="min-h-6 cursor-pointer">More to ask</summary>
      <ul className="list-disc ps-5">
        {prompts.map((prompt) => (
          <li key={prompt}>{prompt}</li>
        ))}
      </ul>
    </details>
  );
}
