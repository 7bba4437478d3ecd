/**
 * Common nouns of which two side by side name one thing: post code, `userName`. Words of how harm is told
 * (status, response) and of every program (object, string) name none.
 */
const NOUNS = new Map(
  `case code config customer data file image index info line message model name number page path post route size
  source spec time type unit user value version`
    .split(/\s+/)
    .flatMap((noun) => [[noun, noun] as const, [`${noun}s`, noun] as const]),
);

/** Words that stand in every incident or every change, and so tell none from another. */
export const COMMON: ReadonlySet<string> = new Set([
  ...NOUNS.keys(),
  ...`a about above add added adds after again alert alerts all also an and any api app apps are as at avoid
  be because been before below bump but by can change changed changes class com core could default deploy
  deployed deploys did do does down due during each end endpoint env error errors every exception fail failed
  failing fails failure failures few firing fix fixed fixes for former from function get had has have high how
  http https if impl improve in init inside instead internal into is it its java js jsx json just kt less lib
  libs log logs low main make many method mod module more most move ms new no not now null object of off old
  on one only or org other our out over packages per percent pod pods prod production py queries rate ratio rb
  refactor release remove removed replace request requests response rs run running seconds server service
  services set should show since some spike src start started state status still stop string support test
  tests than that the their them then there these they this to too tsx ts two txt undefined unknown until up
  update updated updates upgrade use used uses using util utils very via was way we were what when which while
  will with without work www xml yaml yml you slow slower errored rising rise above threshold signal severity
  critical warning`.split(/\s+/),
]);

/** A common noun in the singular; null for any other word. In small letters. */
export function nounOf(word: string): string | null {
  return NOUNS.get(word) ?? null;
}
