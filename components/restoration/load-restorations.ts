/**
 * What shows Restorations, which a page without any doesn't bring along. Asked for with the press, it is
 * there before the answer.
 */
export async function loadRestorations() {
  const { RestorationList } = await import("./restoration-list");
  return { default: RestorationList };
}
