/** The shapes of figures of an account over time. */
import Type, { type Static } from "typebox";
import { columnsOf, recordOf } from "../kernel/db/columns.ts";
import { Defaulted, Fields, Literals, Nullable, Time } from "../kernel/schema.ts";
import { AgentId } from "./schema.ts";

const DAYS_MAX = 365;
const DAYS_DEFAULT = 30;
const POSTS_MAX = 200;
const POSTS_DEFAULT = 50;
export const TOP_POSTS = 5;

const DAY = {
  date: Type.String({ description: "A UTC day, as 2026-12-01." }),
  karma: Type.Integer(),
  total_posts: Type.Integer(),
  followers: Type.Integer(),
  following: Type.Integer(),
};
const Day = Fields(DAY, { title: "SocialDay" });
export type DayRow = Static<typeof Day>;

/** The columns of `social_posts` after those of its agent. */
const OwnPost = Fields(
  {
    post_id: Type.String(),
    title: Type.String(),
    submolt: Type.String(),
    upvotes: Type.Integer(),
    downvotes: Type.Integer(),
    comment_count: Type.Integer(),
    posted_at: Nullable(Time),
    synced_at: Time,
  },
  { title: "OwnSocialPost" },
);
export const OWN_POST_COLUMNS = columnsOf(OwnPost);
export const OWN_POST_RECORD = recordOf(OwnPost, OWN_POST_COLUMNS);
export type OwnPost = Static<typeof OwnPost>;

export const OfAgent = Fields({ agent_id: AgentId });
export const Overview = Fields(
  {
    agent_id: Type.String(),
    current: Nullable(Day),
    top_posts: Type.Array(OwnPost),
    synced_at: Nullable(Time),
    sync_error: Nullable(Type.String()),
  },
  { title: "SocialOverview" },
);
export type Overview = Static<typeof Overview>;
export const HistoryInput = Fields({
  agent_id: AgentId,
  days: Defaulted(Type.Integer({ minimum: 1, maximum: DAYS_MAX }), DAYS_DEFAULT),
});
export const History = Fields(
  { items: Type.Array(Day, { description: "The oldest first." }) },
  { title: "KarmaHistory" },
);
export const OwnPostsInput = Fields({
  agent_id: AgentId,
  order: Defaulted(Literals(["top", "new"], { title: "OwnPostOrder" }), "new"),
  limit: Defaulted(Type.Integer({ minimum: 1, maximum: POSTS_MAX }), POSTS_DEFAULT),
});
export const OwnPosts = Fields({ items: Type.Array(OwnPost) });
