import * as z from "zod";
import { safeNext } from "@/components/sign-in/safe-next";
import { signInAsDemo } from "@/lib/people/sign-in-as-demo";
import { route } from "@/lib/server/route";

const Input = z.object({ next: z.string().transform(safeNext).optional() });

export const POST = route(
  { access: "public", input: Input, body: "form" },
  (ctx, { app, request, input: { next } }) =>
    signInAsDemo(ctx, { signIn: app.signIn, headers: request.headers, next }),
);
