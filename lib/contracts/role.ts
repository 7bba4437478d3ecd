import * as z from "zod";

/** What a person may do: `viewer` reads, `responder` acts, `admin` also configures. Ordered. */
export const Role = z.enum(["viewer", "responder", "admin"]);
export type Role = z.infer<typeof Role>;

/** Who is asking: a signed-in person, or a token that a script presents. */
export const Actor = z.object({
  id: z.string(),
  name: z.string(),
  role: Role,
  via: z.enum(["session", "token", "alert", "system"]),
});
export type Actor = z.infer<typeof Actor>;
