import * as z from "zod";
import { signInAsDemo } from "@/lib/people/sign-in-as-demo";
import { route } from "@/lib/server/route";

export const POST = route({ access: "public", input: z.object({}) }, (ctx, { app, request }) =>
  signInAsDemo(ctx, { signIn: app.signIn, headers: request.headers }),
);
