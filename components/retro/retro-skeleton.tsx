/** The retro in its final geometry, while it is read. */
export function RetroSkeleton() {
  return (
    <div role="status" className="flex flex-col gap-3">
      <span className="sr-only">Reading the retro</span>
      <div className="skeleton h-7 w-2/3" />
      <div className="skeleton h-6 w-1/2" />
      <div className="grid gap-3 xl:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex flex-col gap-3">
          <div className="skeleton h-44 rounded-[10px]!" />
          <div className="skeleton h-56 rounded-[10px]!" />
          <div className="skeleton h-96 rounded-[10px]!" />
        </div>
        <div className="skeleton h-72 rounded-[10px]!" />
      </div>
    </div>
  );
}
