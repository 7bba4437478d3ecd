import { notFound } from "next/navigation";
import { Refusal } from "@/lib/server/refusal";

/** What a verb found; a refusal because there is no such thing becomes the page that says so. */
export async function orNotFound<T>(found: Promise<T>): Promise<T> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) notFound();
    throw error;
  }
}
