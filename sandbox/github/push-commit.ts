import type { HostedRepository } from "./hosted-repository.ts";
import { commitFiles, type FileEdits, signature } from "./import-history.ts";
import { moveHead } from "./move-head.ts";

export type CommitToPush = {
  branch: string;
  message: string;
  files: FileEdits;
  author: { login: string; name?: string };
  /** When it was made; now unless told. */
  at?: Date;
};

/** Pushes one commit onto a branch, which begins with it when there is none; answers its id. */
export function pushCommit(repository: HostedRepository, commit: CommitToPush): Promise<string> {
  const { branch, message, files, author, at } = commit;
  return repository.exclusive(async () => {
    const { login, name } = author;
    const by = repository.accounts.person(login, name ? { name } : {});
    const ref = `refs/heads/${branch}`;
    const before = await repository.git.head(branch);
    const signed = signature(by, at?.getTime() ?? repository.now());
    const after = await commitFiles(repository.git, ref, before, signed, [{ message, files }]);
    repository.pushedAt = repository.now();
    const pull = [...repository.pulls.values()].find(
      (one) => one.state === "open" && one.headRef === branch,
    );
    if (pull) await moveHead(repository, pull, after, by);
    else repository.emit("push", { ref, before, after, by });
    return after;
  });
}
