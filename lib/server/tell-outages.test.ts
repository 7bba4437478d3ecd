import { Writable } from "node:stream";
import { expect, onTestFinished, test, vi } from "vitest";
import { createLog } from "./log";
import { tellOutages } from "./tell-outages";

const LOST = new Error("Connection terminated unexpectedly");

function world() {
  const lines: { level: string; msg: string; untold?: number }[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  let isAway = true;
  const answers = () => (isAway ? Promise.reject(LOST) : Promise.resolve());
  const log = tellOutages(createLog("info", stream), answers, stop.signal, 5);
  return { log, lines, comesBack: () => (isAway = false), goesAway: () => (isAway = true) };
}

test("an outage of the database is told when it begins and when it is over, however much fails", async () => {
  const { log, lines, comesBack, goesAway } = world();
  const fail = () => {
    for (let n = 0; n < 200; n += 1) {
      log.error({ err: LOST }, "holds can't be followed");
      log.warn({ error: LOST }, "live events could not be read");
    }
  };
  fail();
  expect(lines.map(({ level }) => level)).toEqual(["error"]);
  expect(lines[0]?.msg).toContain("holds can't be followed");
  comesBack();
  await vi.waitFor(() => expect(lines).toHaveLength(2), 5_000);
  expect(lines[1]).toMatchObject({
    ...{ level: "info", msg: "the database answers again", untold: 399 },
  });
  goesAway();
  fail();
  expect(lines).toHaveLength(3);
});

test("what else goes wrong meanwhile is told as ever", () => {
  const { log, lines } = world();
  log.error({ err: LOST }, "holds can't be followed");
  log.error({ err: new Error("a bug") }, "a collector broke");
  log.warn({}, "a source can't be asked");
  log.info({}, "serving");
  expect(lines.map(({ msg }) => msg).slice(1)).toEqual([
    ...["a collector broke", "a source can't be asked", "serving"],
  ]);
});
