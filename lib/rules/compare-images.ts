/** What became of a container's image: "image app v1 → v2", or both names where the repository changed. */
export function imageChange(container: string, was: string, is: string): string {
  const [a, b] = [split(was), split(is)];
  const isSameRepository = a.repository === b.repository && a.version !== b.version;
  return isSameRepository
    ? `image ${container} ${a.version} → ${b.version}`
    : `image ${container} ${was} → ${is}`;
}

function split(image: string): { repository: string; version: string } {
  const [named = "", digest] = image.split("@");
  const colon = named.lastIndexOf(":");
  const hasTag = colon > named.lastIndexOf("/");
  const tag = hasTag ? named.slice(colon + 1) : "";
  const short = digest ? `@${digest.slice(0, 19)}` : "";
  const repository = hasTag ? named.slice(0, colon) : named;
  return { repository, version: `${tag}${short}` || "latest" };
}
