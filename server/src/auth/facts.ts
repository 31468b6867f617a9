/** Facts of people and their sessions. */
import Type from "typebox";
import { factType } from "../kernel/facts/fact.ts";
import { Fields, Id, Literals } from "../kernel/schema.ts";

export const sessionCreated = factType({
  type: "session.created",
  subject: "session",
  meaning: "A person signed in.",
  // The list of sessions says where from. The log, which agents read, does not.
  data: Fields({}),
});

export const sessionRevoked = factType({
  type: "session.revoked",
  subject: ["session", "user"],
  meaning: "A person signed out, or ended one or all other sessions.",
  data: Fields({
    reason: Literals(["signed_out", "revoked", "others"]),
    count: Type.Optional(Type.Integer({ description: "Sessions that ended." })),
    kept_session_id: Type.Optional(Type.Union([Id, Type.Null()])),
  }),
});

export const personUpdated = factType({
  type: "person.updated",
  subject: "user",
  meaning: "A person changed their name.",
  data: Fields({ name: Type.String() }),
});

export const AUTH_FACTS = [sessionCreated, sessionRevoked, personUpdated] as const;
