import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { golden, type Replayed, startReplay } from "./golden-exchanges.ts";

type Command = { args: string[]; output: string; exit: number };
type Section = { title: string; commands: Command[] };

/** Long enough that two kubectl commands fit into a pod's start, as they did in the recording. */
const POD_READY_MS = 700;
const TEST_MS = 60_000;

/** The words of a recorded command line; the three that were quoted then are put together again. */
function words(line: string): string[] {
  const cause = /^(.* kubernetes\.io\/change-cause=)(.*?)( --overwrite)$/.exec(line);
  if (!cause) return line.split(" ");
  const [, before = "", text = "", after = ""] = cause;
  const args = before.trim().split(" ");
  return [...args.slice(0, -1), `${args.at(-1)}${text}`, after.trim()];
}

function parseRecording(text: string): Section[] {
  const sections: Section[] = [];
  let command: Command | undefined;
  for (const line of text.split("\n")) {
    if (line.startsWith("## ")) sections.push({ title: line.slice(3), commands: [] });
    else if (line.startsWith("$ kubectl ")) {
      command = { args: words(line.slice("$ kubectl ".length)), output: "", exit: 0 };
      sections.at(-1)?.commands.push(command);
    } else if (/^\[exit \d+\]$/.test(line)) {
      if (command) command.exit = Number(line.slice(6, -1));
      command = undefined;
    } else if (command) command.output += `${line}\n`;
  }
  return sections;
}

const AGE = /\b\d+[smh](?: \(x\d+ over \d+s\))?(?=\s|$)/g;
const REPLICA_SET =
  /checkout-[bcdfghjklmnpqrstvwxz2456789]{6,10}(-[bcdfghjklmnpqrstvwxz2456789]{5})?\b/g;

/** An output without what two honest runs differ in: names with hashes, ages, client versions. */
function comparable(output: string): string[] {
  return (
    output
      .split("\n")
      .filter(
        (line) =>
          !/^(Client Version|Kustomize Version|CreationTimestamp|WARNING: version)/.test(line),
      )
      // How often a rollout is reported on its way depends on when the reports arrive.
      .filter((line) => !line.startsWith("Waiting for deployment"))
      // Only newer clients warn about objects that were applied; the server has no part in it.
      .filter((line) => !line.startsWith("Warning: resource"))
      .map((line) =>
        line
          .replace(REPLICA_SET, (_, pod) => (pod ? "<pod>" : "<replicaset>"))
          .replace(/pod-template-hash=\w+/, "pod-template-hash=<hash>")
          .replace(AGE, "<age>")
          .replace(" from shop namespace", "")
          .replace(/\s+/g, " ")
          .trimEnd(),
      )
      // Sets are listed by name, and names carry hashes: the order of lines means nothing.
      .sort()
  );
}

const recording = parseRecording(
  readFileSync(new URL("./golden/kubectl.txt", import.meta.url), "utf8"),
);
const section = (title: string) => recording.find((one) => one.title === title)?.commands ?? [];

let world: Replayed;
let folder: string;
let replayed = 0;

function kubectl(args: string[]): Promise<{ output: string; exit: number }> {
  const paths = ["--kubeconfig", join(folder, "kubeconfig"), "--cache-dir", join(folder, "cache")];
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { ...process.env, HOME: folder } };
    execFile("kubectl", [...args, ...paths], options, (error, stdout, stderr) => {
      const exit = typeof error?.code === "number" ? error.code : error ? -1 : 0;
      resolve({ output: stderr + stdout, exit });
    });
  });
}

async function hasKubectl(): Promise<boolean> {
  return new Promise((resolve) => {
    execFile("kubectl", ["version", "--client"], (error) => resolve(error === null));
  });
}

const isThere = await hasKubectl();
if (!isThere) console.warn("kubectl is not on the PATH: its golden commands are skipped");

async function replayCommands(title: string, before?: (command: Command) => Promise<void>) {
  for (const command of section(title)) {
    await before?.(command);
    const { output, exit } = await kubectl(command.args);
    replayed += 1;
    const told = { command: command.args.join(" "), exit, output: comparable(output) };
    const wanted = {
      command: told.command,
      exit: command.exit,
      output: comparable(command.output),
    };
    expect(told).toEqual(wanted);
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sandbox-kubectl-"));
  world = await startReplay(POD_READY_MS);
  writeFileSync(join(folder, "kubeconfig"), world.sandbox.kubeconfig("admin-token", "shop"));
  const { metadata } = golden("create").requestBody as {
    metadata: { annotations: Record<string, string> };
  };
  const manifest = metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"];
  writeFileSync(join(folder, "checkout.yaml"), manifest ?? "");
});
afterAll(async () => {
  await world.sandbox.stop();
  rmSync(folder, { recursive: true });
});

describe.skipIf(!isThere)(
  "stock kubectl prints what it printed on a real cluster",
  { timeout: TEST_MS },
  () => {
    const settled = () => world.settle();
    const beforeUndo = async ({ args }: Command) => {
      if (args.includes("undo") || args.includes("pause")) await settled();
    };

    test("version, namespace, apply", async () => {
      await replayCommands("version and discovery");
      await replayCommands("create namespace and deployment");
      world.configure();
      await replayCommands("apply");
      await settled();
    });

    test("releases and history, with the events of the rollouts", async () => {
      await replayCommands("release v22");
      await settled();
      await replayCommands("release v23 with configuration");
      await settled();
      await replayCommands("history");
    });

    test("undo: to a revision, twice, to the current and to a missing one", async () => {
      await replayCommands("undo to revision 2", beforeUndo);
      await replayCommands("undo without revision, twice", beforeUndo);
      await replayCommands("undo to the current and to a missing revision", beforeUndo);
    });

    test("pause, patch, resume", async () => {
      await replayCommands("pause, patch while paused, undo refused, resume", async (command) => {
        await beforeUndo(command);
        // The revision of a resumed rollout is numbered a moment after kubectl returns.
        if (command.args.includes("history")) await settled();
      });
    });

    test("a stuck rollout, and the way out of it", async () => {
      // What the recording did by hand between the commands, so that revisions and counts agree.
      const { spec } = golden("matching").response as { spec: { template: unknown } };
      const byHand = [
        { op: "replace", path: "/spec/template", value: spec.template },
        {
          op: "add",
          path: "/metadata/annotations/kubernetes.io~1change-cause",
          value: "rollback to revision 2",
        },
      ];
      await world.settle();
      await world.replay(golden("matching"), byHand);
      await world.settle();
      await world.replay(golden("mergePatch"));
      await world.replay(golden("strategicPatch"));
      await world.settle();
      await replayCommands("access review");
      await replayCommands("a rollout that gets stuck", async ({ args }) => {
        if (args[0] === "get")
          await expect
            .poll(async () => (await kubectl(["get", "pods"])).output, { timeout: 5_000 })
            .toContain("ImagePullBackOff");
        if (args[1] === "status" && args[3] === "--timeout=3s") {
          const reasons = async () => JSON.stringify((await world.live()).status);
          await expect.poll(reasons, { timeout: 12_000 }).toContain("ProgressDeadlineExceeded");
        }
      });
    });

    test("an admission policy refuses a release, its dry run too, but not a scale", async () => {
      const objects = ["createPolicy", "createBinding"].map((name) => golden(name).requestBody);
      const manifest = objects.map((one) => stringify(one)).join("---\n");
      writeFileSync(join(folder, "freeze.yaml"), manifest);
      await replayCommands("admission policy: freeze");
    });

    test("the freeze policy we ship is taken, shown, and its refusal is told as any other", async () => {
      const file = new URL("../../deploy/kubernetes/freeze-policy.yaml", import.meta.url);
      writeFileSync(join(folder, "freeze-policy.yaml"), readFileSync(file));
      const applied = await kubectl(["apply", "-f", "freeze-policy.yaml"]);
      expect([applied.exit, applied.output.match(/ created$/gm)]).toEqual([
        0,
        Array(4).fill(" created"),
      ]);
      const again = await kubectl(["apply", "-f", "freeze-policy.yaml"]);
      expect(again.output.match(/ unchanged$/gm)).toHaveLength(4);
      const shown = await kubectl([
        "get",
        "validatingadmissionpolicies,validatingadmissionpolicybindings",
      ]);
      expect(shown.output).toMatch(/known-good-freeze\s+1\s+v1\/ConfigMap/);
      expect(shown.output).toMatch(
        /known-good-freeze\s+known-good-freeze\s+known-good.dev\/freeze/,
      );
      const until = "2999-01-01T00:00:00Z";
      world.sandbox.seedConfigMap({
        namespace: "shop",
        name: "known-good-freeze-f-1",
        labels: { "known-good.dev/freeze": "F-1" },
        data: { freeze: "F-1", reason: "a test", until, deployments: "*", images: "", by: "us" },
      });
      const refused = await kubectl(["set", "image", "deploy/checkout", "checkout=x:1"]);
      expect(refused.exit).toBe(1);
      expect(refused.output).toContain(`checkout is frozen until ${until} by F-1: a test.`);
      const restarted = await kubectl(["rollout", "restart", "deploy/checkout"]);
      expect(restarted.output).toContain("is frozen until");
      expect((await kubectl(["delete", "configmap", "known-good-freeze-f-1"])).exit).toBe(0);
      expect((await kubectl(["delete", "-f", "freeze-policy.yaml"])).exit).toBe(0);
    });

    test("history limit, and deletion", async () => {
      await settled();
      await replayCommands("history limit and garbage collection", async ({ args }) => {
        if (args.includes("history")) await settled();
      });
      await replayCommands("delete");
    });

    test("all recorded commands are replayed", () => {
      expect(recording.flatMap((one) => one.commands)).toHaveLength(49);
      expect(replayed).toBe(49);
    });
  },
);
