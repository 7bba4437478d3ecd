/** The incident page in its final geometry, while it is read. */
export function IncidentSkeleton() {
  return (
    <div role="status" className="flex flex-col gap-3">
      <span className="sr-only">Reading the incident</span>
      <div className="skeleton h-7 w-2/3" />
      <div className="skeleton h-6 w-1/2" />
      <div className="skeleton h-80 rounded-[10px]! max-md:order-last" />
      <div className="grid gap-3 lg:grid-cols-[20rem_minmax(0,1fr)]">
        <div className="skeleton h-72 rounded-[10px]!" />
        <div className="skeleton h-72 rounded-[10px]!" />
      </div>
    </div>
  );
}
