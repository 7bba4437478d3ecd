import { describe, expect, onTestFinished, test } from "vitest";
import { SourceError } from "@/lib/integrations/source-error";
import { type CodeTarget, pullOf } from "./code.contract";
import { pressFor } from "./code-revert.contract";

async function errorOf(promise: Promise<unknown>): Promise<SourceError> {
  const error = await promise.then(
    (value) => new Error(`It answered: ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof SourceError) return error;
  throw error;
}

/** Bad days: answers that never come, and limits. */
export function faultsContract(prepared: () => CodeTarget): void {
  const withFault = async (
    target: CodeTarget,
    mode: Parameters<CodeTarget["faults"]["set"]>[0],
  ) => {
    onTestFinished(() => target.faults.set("none"));
    await target.faults.set(mode);
  };

  describe("faults", () => {
    test.each([
      [500, "lost1"],
      [502, "lost2"],
      [504, "lost3"],
      ["drop", "lost4"],
    ] as const)(
      "an applied revert answered with %s is unknown, sent once, found again",
      async (how, key) => {
        const target = prepared();
        const source = target.connect();
        const id = `R-2${how}`;
        const press = await pressFor(target, source, key, id);
        const before = target.faults.countMutations();
        await target.faults.applyThenFail(how);
        const error = await errorOf(source.revert(press));
        expect(error.mayHaveActed).toBe(true);
        expect(target.faults.countMutations()).toBe(before + 1);

        const found = await source.findRevert(target.repository, press.number, id);
        expect(found?.number).toBeGreaterThan(press.number);
        const again = await source.revert(press);
        expect(again).toMatchObject({ outcome: "accepted", number: found?.number, found: true });
        expect(target.faults.countMutations()).toBe(before + 1);
      },
    );

    test("gives up on a server that never answers", async () => {
      const target = prepared();
      const { number } = pullOf(target, "hung");
      const source = target.connect({ timeoutSeconds: 0.3 });
      await withFault(target, "hang");
      const asked = target.faults.countRequests();
      const error = await errorOf(source.pull(target.repository, number));
      expect(error).toMatchObject({ code: "timeout", mayHaveActed: false });
      expect(error.sentence).toContain("0.3 s");
      expect(target.faults.countRequests()).toBe(asked + 1);
    });

    test("says when nobody listens, and comes back by itself", async () => {
      const target = prepared();
      const source = target.connect();
      const { number } = pullOf(target, "hung");
      await withFault(target, "refuse");
      expect(await errorOf(source.pull(target.repository, number))).toMatchObject({
        code: "unreachable",
        mayHaveActed: false,
      });
      await target.faults.set("none");
      expect((await source.pull(target.repository, number)).state).toBe("merged");
    });

    test("a server's fault is not tried again", async () => {
      const target = prepared();
      const source = target.connect();
      await withFault(target, "error");
      const asked = target.faults.countRequests();
      const error = await errorOf(source.pull(target.repository, 1));
      expect(error).toMatchObject({ code: "failed", mayHaveActed: false });
      expect(target.faults.countRequests()).toBe(asked + 1);
    });

    test("asks nothing until a limit is over", async () => {
      const target = prepared();
      let now = Date.now();
      const source = target.connect({ now: () => new Date(now) });
      const { number } = pullOf(target, "hung");
      await withFault(target, "rate-limited");
      const error = await errorOf(source.pull(target.repository, number));
      expect(error.code).toBe("rate-limited");
      const retryAt = error.retryAt?.getTime() ?? 0;
      expect(retryAt).toBeGreaterThan(now);

      await target.faults.set("none");
      const asked = target.faults.countRequests();
      now = retryAt - 1;
      expect(await errorOf(source.pull(target.repository, number))).toMatchObject({
        code: "rate-limited",
        retryAt: new Date(retryAt),
      });
      // A press during a limit is refused before anything is sent.
      const press = { repository: target.repository, number, seenHead: "", restorationId: "R-30" };
      const link = { incidentId: "INC-1", incidentUrl: "https://console.example/" };
      const refused = await errorOf(source.revert({ ...press, ...link }));
      expect(refused).toMatchObject({ code: "rate-limited", mayHaveActed: false });
      expect(target.faults.countRequests()).toBe(asked);

      now = retryAt;
      expect((await source.pull(target.repository, number)).state).toBe("merged");
    });
  });
}
