import * as z from "zod";
import { Role } from "./role";

/** A token for scripts, without the token itself. */
export const ApiToken = z.object({
  id: z.string(),
  name: z.string(),
  role: Role,
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
});
export type ApiToken = z.infer<typeof ApiToken>;

export const CreateTokenInput = z.object({
  name: z.string().trim().min(1, "give it a name").max(100),
  role: Role.default("responder"),
});
export type CreateTokenInput = z.infer<typeof CreateTokenInput>;

/** The only answer that ever holds the token. */
export const CreatedToken = z.object({ ...ApiToken.shape, token: z.string() });
export type CreatedToken = z.infer<typeof CreatedToken>;
