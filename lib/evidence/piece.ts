import "server-only";
import type { EvidenceKind } from "@/lib/contracts/kept-evidence";

/** One thing to be kept, as its source told it: nothing is masked yet. */
export type Piece = {
  kind: EvidenceKind;
  title: string;
  text: string;
  isCut: boolean;
  /** Why it couldn't be taken, or null. */
  problem: string | null;
  mediaType: "text/plain" | "application/json";
};

export function dataPiece(kind: EvidenceKind, title: string, data: unknown): Piece {
  const text = JSON.stringify(data, null, 1);
  return { kind, title, text, isCut: false, problem: null, mediaType: "application/json" };
}

export function missingPiece(kind: EvidenceKind, title: string, problem: string): Piece {
  return { kind, title, text: "", isCut: false, problem, mediaType: "text/plain" };
}
