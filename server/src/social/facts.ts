/** The facts of accounts on Moltbook. No fact has a key or the text of a post. */
import Type from "typebox";
import { factType } from "../kernel/facts/fact.ts";
import { Fields, Literals, Nullable, Time } from "../kernel/schema.ts";

const subject = "social_account";
const named = { name: Type.String() };

export const socialRegistered = factType({
  type: "social.registered",
  subject,
  meaning: "An agent got an account on Moltbook.",
  data: Fields({
    ...named,
    is_existing: Type.Boolean({ description: "A person gave the key of an existing account." }),
  }),
});
export const socialVoted = factType({
  type: "social.voted",
  subject,
  meaning: "A person voted on Moltbook with the key of an agent, or took the vote back.",
  data: Fields({ ...named, post_id: Type.String(), vote: Literals(["up", "none"]) }),
});
export const socialSynced = factType({
  type: "social.synced",
  subject,
  meaning: "The figures of an account on Moltbook were read.",
  data: Fields({
    ...named,
    karma: Type.Integer(),
    followers: Type.Integer(),
    following: Type.Integer(),
    total_posts: Type.Integer(),
  }),
});
export const socialSuspended = factType({
  type: "social.suspended",
  subject,
  meaning: "Moltbook suspended an account, or refuses its key. Nothing is sent for it.",
  data: Fields({
    ...named,
    state: Literals(["suspended", "key_dead"]),
    reason: Nullable(Type.String()),
    until: Nullable(Time),
  }),
});
export const SOCIAL_FACTS = [socialRegistered, socialVoted, socialSynced, socialSuspended] as const;
