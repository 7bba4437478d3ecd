import "server-only";
import { cookies, headers } from "next/headers";
import { forbidden, unauthorized } from "next/navigation";
import { cache } from "react";
import type { Role } from "@/lib/contracts/role";
import { getApp } from "./app-state";
import type { Ctx } from "./context";
import { identify } from "./identify";
import { gateOf, isAllowed } from "./route";
import { isFromThisMachine } from "./sign-in";

/**
 * A page's context, or no page: without a session, with broken sign-in settings and without the
 * database the answer is 401 and `app/unauthorized.tsx`; without the role it is 403. Await it at the
 * top of the page, before anything is streamed, or the status is already sent.
 */
export async function pageContext(access: Role): Promise<Ctx> {
  const ctx = await contextOfVisitor();
  if (ctx === null) unauthorized();
  if (!isAllowed(ctx.actor.role, access)) forbidden();
  return ctx;
}

/** Once per request, however many parts of the page ask. */
const contextOfVisitor = cache(async (): Promise<Ctx | null> => {
  const shown = { cookie: (await cookies()).toString(), authorization: null };
  try {
    const app = await getApp();
    if (app.serving === null) return null;
    const actor = await identify(gateOf(app), shown);
    return actor && { ...app.serving.base, actor };
  } catch (error) {
    await logged(error);
    return null;
  }
});

export type SignInChoices = {
  /** Why nobody can come in at the moment, or null. */
  problem: string | null;
  providers: { id: string; name: string }[];
  /** Offer the demo identity: POST /api/demo-sign-in with an empty object. */
  demo: boolean;
};

/** What the sign-in page offers to whoever asks. */
export async function signInChoices(): Promise<SignInChoices> {
  const asked = await headers();
  try {
    const { signIn, problem, serving } = await getApp();
    if (serving === null || signIn.problem !== null) {
      return { problem: problem ?? signIn.problem, providers: [], demo: false };
    }
    return {
      problem: null,
      providers: [
        ...(signIn.github ? [{ id: "github", name: "GitHub" }] : []),
        ...(signIn.oidc ? [{ id: "oidc", name: signIn.oidc.name }] : []),
      ],
      demo: signIn.demo && isFromThisMachine(asked),
    };
  } catch (error) {
    await logged(error);
    return { problem: "Known Good can't start. Its log says why.", providers: [], demo: false };
  }
}

async function logged(error: unknown): Promise<void> {
  const app = await getApp().catch(() => null);
  app?.log.error({ error }, "a page could not tell who asks");
}
