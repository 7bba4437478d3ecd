import type { Service } from "@/lib/contracts/service";

/**
 * Names of the services whose code a change of these paths touches: those of the repository that have no
 * paths of their own, and those with a path in front of one of them.
 */
export function servicesTouched(
  services: readonly Pick<Service, "name" | "repository">[],
  change: { source: string; repository: string; paths: readonly string[] },
): string[] {
  return services
    .filter(({ repository }) => {
      if (repository?.source !== change.source || repository.name !== change.repository) {
        return false;
      }
      const { paths: own } = repository;
      return (
        own.length === 0 || change.paths.some((path) => own.some((one) => path.startsWith(one)))
      );
    })
    .map(({ name }) => name);
}
