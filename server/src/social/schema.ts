/** The shapes of accounts, posts and figures on Moltbook, in the database and on the wire. */
import Type, { type Static } from "typebox";
import { columnsOf } from "../kernel/db/columns.ts";
import { Defaulted, Fields, Id, Literals, Nullable, PageInput, TEXT_LIMITS, Text, Time } from "../kernel/schema.ts";

export const NAME_LENGTH_MAX = 100;
export const PLACE_NAME_LENGTH_MAX = 200;
const DESCRIPTION_LENGTH_MAX = 1_000;
const KEY_LENGTH_MAX = 1_000;

const STATES = ["unclaimed", "active", "suspended", "key_dead"] as const;
export const AccountState = Literals(STATES, {
  title: "SocialState",
  description:
    "unclaimed: a person has not claimed it yet. suspended: nothing is sent meanwhile. key_dead: the network refuses the key; register again.",
});

/** Names of agents and submolts stand in addresses. */
const NAMED = "^[A-Za-z0-9_.-]+$";
export const NetworkName = Type.String({ minLength: 1, maxLength: NAME_LENGTH_MAX, pattern: NAMED });
export const SubmoltName = Type.String({ minLength: 1, maxLength: NAME_LENGTH_MAX, pattern: NAMED });
export const PostId = Type.String({ minLength: 1, maxLength: PLACE_NAME_LENGTH_MAX, pattern: NAMED });
export const AgentId = Type.String({ ...Id, description: "The agent whose key is used." });

export const Registration = Fields({
  agent_id: AgentId,
  name: NetworkName,
  description: Text(DESCRIPTION_LENGTH_MAX),
});
export const Registered = Fields(
  { agent_id: Id, claim_url: Type.String(), verification_code: Type.String() },
  { title: "SocialRegistration" },
);
/** A header carries the key. */
export const HEADER_TEXT = /^[\x21-\x7e]+$/;

export const ExistingAccount = Fields({
  agent_id: AgentId,
  api_key: Text(KEY_LENGTH_MAX, {
    pattern: HEADER_TEXT.source,
    description: "The key that Moltbook gave this agent. Never shown again.",
  }),
});

export const SORTS = ["hot", "new", "top", "rising"] as const;
export type Sort = (typeof SORTS)[number];
const Sort = Literals(SORTS, { title: "SocialSort" });
export const FeedInput = Fields({ agent_id: AgentId, sort: Defaulted(Sort, "hot"), ...PageInput });
export const SubmoltInput = Fields({
  name: SubmoltName,
  agent_id: AgentId,
  sort: Defaulted(Sort, "hot"),
  ...PageInput,
});
export const ProfileInput = Fields({ name: NetworkName, agent_id: AgentId });
export const VoteInput = Fields({ id: PostId, agent_id: AgentId });
export const SearchInput = Fields({ agent_id: AgentId, q: Text(TEXT_LIMITS.name) });

/** A post as the network describes it. Every text is plain text of a stranger. */
const POST = {
  id: Type.String(),
  title: Type.String(),
  content: Type.String(),
  is_cut: Type.Boolean({ description: "The content is longer than what is kept of it." }),
  url: Nullable(Type.String()),
  submolt: Type.String(),
  author: Type.String(),
  upvotes: Type.Integer(),
  downvotes: Type.Integer(),
  comment_count: Type.Integer(),
  posted_at: Nullable(Time),
};
const KeptPost = Fields(POST);
export type KeptPost = Static<typeof KeptPost>;
const ShownPost = Fields(
  { ...POST, is_upvoted: Type.Boolean({ description: "The agent has upvoted it from here." }) },
  { title: "SocialPost" },
);
export type ShownPost = Static<typeof ShownPost>;
export const Feed = Fields(
  {
    items: Type.Array(ShownPost),
    next_cursor: Nullable(Type.String()),
    read_at: Type.String({ ...Time, description: "When the network was read. Pages are kept for some minutes." }),
  },
  { title: "SocialFeed" },
);
export const Found = Fields(
  { items: Type.Array(ShownPost), pages: Type.Integer({ description: "The pages that were searched." }) },
  { title: "SocialSearch" },
);
const PERSONA = {
  name: Type.String(),
  description: Type.String(),
  karma: Type.Integer(),
  followers: Type.Integer(),
  following: Type.Integer(),
  total_posts: Type.Integer(),
  is_claimed: Type.Boolean(),
};
export const Persona = Fields(PERSONA);
export type Persona = Static<typeof Persona>;
export const Profile = Fields({ ...PERSONA, posts: Type.Array(ShownPost), read_at: Time }, { title: "SocialProfile" });
export const Voted = Fields({ post_id: Type.String(), is_upvoted: Type.Boolean() }, { title: "SocialVote" });

export const Account = Fields(
  {
    agent_id: Id,
    name: Type.String(),
    description: Type.String(),
    state: AccountState,
    state_reason: Nullable(Type.String()),
    suspended_until: Nullable(Time),
    next_step: Nullable(Type.String({ description: "The next step of a person, when the account needs one." })),
    claim_url: Nullable(Type.String({ description: "For owners and admins, until the account is claimed." })),
    verification_code: Nullable(Type.String()),
    stopped_at: Nullable(
      Type.String({ ...Time, description: "Two wrong answers stopped the queue of the agent then." }),
    ),
    profile_url: Type.String(),
    karma: Nullable(Type.Integer()),
    followers: Nullable(Type.Integer()),
    following: Nullable(Type.Integer()),
    total_posts: Nullable(Type.Integer()),
    registered_at: Time,
    synced_at: Nullable(Time),
    sync_error: Nullable(Type.String()),
  },
  { title: "SocialAccount" },
);
export type Account = Static<typeof Account>;
export const Accounts = Fields({ items: Type.Array(Account) });

/** The columns of `social_accounts`. */
const AccountColumns = Fields({
  agent_id: Id,
  name: Type.String(),
  description: Type.String(),
  state: AccountState,
  state_reason: Nullable(Type.String()),
  suspended_until: Nullable(Time),
  sealed_key: Type.String(),
  claim_url: Nullable(Type.String()),
  verification_code: Nullable(Type.String()),
  wrong_answers: Type.Integer(),
  stopped_at: Nullable(Time),
  posts_from: Nullable(Time),
  comments_from: Nullable(Time),
  votes_from: Nullable(Time),
  reads_from: Nullable(Time),
  karma: Nullable(Type.Integer()),
  followers: Nullable(Type.Integer()),
  following: Nullable(Type.Integer()),
  posts: Nullable(Type.Integer()),
  registered_at: Time,
  synced_at: Nullable(Time),
  sync_error: Nullable(Type.String()),
  sync_due_at: Time,
});
export type AccountRow = Static<typeof AccountColumns>;
export const ACCOUNT_COLUMNS = columnsOf(AccountColumns);
