import { findProgram } from "./find-program.ts";
import type { RealPart } from "./real-part.ts";

/** Path of a kubectl: the one on the PATH, else Debian's. */
export function findKubectl(): Promise<RealPart<string>> {
  return findProgram(["kubectl"], "kubernetes-client");
}
