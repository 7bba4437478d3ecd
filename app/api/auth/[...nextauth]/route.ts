import * as z from "zod";
import { answerSignIn } from "@/lib/server/auth";
import { route } from "@/lib/server/route";

const Params = z.object({ nextauth: z.array(z.string()) });

const handle = route({ access: "public", body: "raw", params: Params }, (ctx, tools) =>
  answerSignIn(ctx, tools),
);

export { handle as GET, handle as POST };
