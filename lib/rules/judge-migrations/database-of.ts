/** Folders that hold migrations, whatever stands between them and the files: years, releases, names. */
const HOLDING = /^(migrations?|migrate|versions|drizzle|sql|patches|changelogs?|deltas)$/i;
/** Django's files: those of all apps are run in one database, and its tables bear the app's name. */
const DJANGO = /(^|\/)migrations\/\d{4}_\w+\.py$/;

/**
 * What tells the databases of a repository apart: files with the same answer are run in the same one. A
 * table that one service makes is none of another service's.
 */
export function databaseOf(path: string): string {
  if (DJANGO.test(path)) return "django";
  const folders = path.split("/").slice(0, -1);
  const last = folders.findLastIndex((folder) => HOLDING.test(folder));
  return (last < 0 ? folders : folders.slice(0, last + 1)).join("/");
}
