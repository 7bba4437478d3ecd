/** Kills the build in this folder while it writes; the number of rounds may be given. */
import { checkKills } from "./check-kills.ts";

const verdict = await checkKills(process.cwd(), Number(process.argv[2] ?? 5));
const { rounds, acknowledged, kept, audited, wrong } = verdict;
for (const line of wrong) process.stdout.write(`wrong: ${line}\n`);
process.stdout.write(
  `killed ${rounds} times: ${kept} of ${acknowledged} acknowledged writes kept, ${audited} audit rows\n`,
);
process.exitCode = wrong.length === 0 ? 0 : 1;
