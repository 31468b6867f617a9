/** The words of facts about accounts on Moltbook. */
import type { FactType } from "@bailiwick/sdk";
import { actorOf, count, type Part, quote, text, type Words } from "./telling.ts";

type SocialType = Extract<FactType, `social.${string}`>;

const whose = (name: string): Part[] => [quote(name, "an agent"), "on Moltbook"];

export const SOCIAL_WORDS: { readonly [T in SocialType]: Words<T> } = {
  "social.registered": (fact) => ({
    actor: actorOf(fact),
    parts: [fact.data.is_existing ? "gave the key of" : "registered", ...whose(fact.data.name)],
  }),
  "social.voted": (fact) => ({
    actor: actorOf(fact),
    parts: [fact.data.vote === "up" ? "upvoted a post as" : "took back an upvote of", ...whose(fact.data.name)],
  }),
  "social.synced": (fact) => ({
    actor: actorOf(fact),
    parts: ["read the figures of", ...whose(fact.data.name), `· karma ${count(fact.data.karma)}`],
  }),
  "social.suspended": ({ data }) => ({
    actor: "Moltbook",
    parts: [data.state === "suspended" ? "suspended" : "refuses the key of", quote(data.name, "an agent")],
    why: text(data.reason),
  }),
};
