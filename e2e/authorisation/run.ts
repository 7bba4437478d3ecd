/** Checks the authorisation of the build in this folder and says what is wrong. */
import { checkAuthorisation } from "./check-authorisation.ts";

const { checked, wrong } = await checkAuthorisation(process.cwd());
for (const line of wrong) process.stdout.write(`wrong: ${line}\n`);
process.stdout.write(`${checked} checks of authorisation, ${wrong.length} wrong\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
