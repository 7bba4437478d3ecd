/** Bars in the final geometry of a list; they appear only when loading takes more than 200 ms. */
export function Skeleton({ rows = 3, label }: { rows?: number; label: string }) {
  return (
    <div role="status" className="flex flex-col gap-2 p-3.5">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, row) => `row-${row}`).map((key, row) => (
        <div key={key} className={`skeleton h-5 ${row % 2 ? "w-2/3" : "w-11/12"}`} />
      ))}
    </div>
  );
}
