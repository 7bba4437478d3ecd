import { expect, test } from "vitest";
import { startGithub } from "./start-github.ts";

test("files read together are each as their commit has them, and nothing where there is none", async () => {
  const github = await startGithub({ tokens: {} });
  try {
    await github.seed({
      ...{ owner: "acme", repo: "shop", history: [] },
      files: { "README.md": "# Shop\n", "src/été.txt": "zwölf €\nno end", "src/empty.txt": "" },
    });
    const first = (await github.head()) ?? "";
    const second = await github.push({
      ...{ branch: "main", message: "Say more", author: { login: "ann" } },
      files: { "README.md": "# The shop\n" },
    });
    const asked: [string, string][] = [
      [first, "README.md"],
      [first, "missing.md"],
      [first, "src"],
      [second, "README.md"],
      [first, "src/été.txt"],
      ["0".repeat(40), "README.md"],
      [first, "src/empty.txt"],
      [first, "two\nlines"],
      [second, "src/été.txt"],
    ];
    const read = await Promise.all(asked.map(([sha, path]) => github.commitTree(sha, path)));
    expect(read).toEqual([
      "# Shop\n",
      null,
      null,
      "# The shop\n",
      "zwölf €\nno end",
      null,
      "",
      null,
      "zwölf €\nno end",
    ]);
  } finally {
    await github.stop();
  }
});
