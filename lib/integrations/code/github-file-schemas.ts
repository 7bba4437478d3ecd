import * as z from "zod";
import { Sha, Text } from "./github-schemas";

/** The first page of a comparison, as far as it tells of files. */
export const FileComparison = z
  .object({
    status: z.enum(["ahead", "behind", "diverged", "identical"]),
    files: z
      .array(
        z.object({
          sha: Sha.nullish(),
          filename: Text,
          previous_filename: Text.nullish(),
          status: z.string(),
          changes: z.number().int().default(0),
        }),
      )
      .nullish(),
  })
  .transform(({ status, files }) => ({
    status,
    files: (files ?? []).map((file) => ({
      path: file.filename,
      previousPath: file.previous_filename ?? null,
      status: file.status,
      blob: file.sha ?? null,
      lines: file.changes,
    })),
  }));
export type FileComparison = z.output<typeof FileComparison>;

/** A folder, or all that is in it. Submodules are left out: their files are another repository's. */
export const Tree = z
  .object({
    sha: Sha,
    tree: z.array(
      z.object({
        path: Text,
        type: z.string(),
        sha: Sha.nullish(),
        size: z.number().int().nullish(),
      }),
    ),
    truncated: z.boolean().default(false),
  })
  .transform(({ tree, truncated }) => ({
    isCut: truncated,
    entries: tree.flatMap(({ path, type, sha }) =>
      sha && (type === "blob" || type === "tree") ? [{ path, type, sha }] : [],
    ),
  }));

export const Blob = z.object({
  content: z.string(),
  encoding: z.string(),
  size: z.number().int().nullish(),
});
export type Blob = z.output<typeof Blob>;

/** A file by its path; a folder, a submodule or a link is something else. */
export const Content = z.union([
  z.object({ type: z.literal("file"), encoding: z.string(), content: z.string() }),
  z.unknown().transform(() => null),
]);
