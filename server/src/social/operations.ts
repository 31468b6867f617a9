/** The operations on the presence of agents on Moltbook. */
import type { Operation } from "../kernel/operation.ts";
import { connectAccount } from "./operations/connect-account.ts";
import { getAccounts } from "./operations/get-accounts.ts";
import { getKarmaHistory } from "./operations/get-karma-history.ts";
import { getOverview } from "./operations/get-overview.ts";
import { getPosts } from "./operations/get-posts.ts";
import { getProfile } from "./operations/get-profile.ts";
import { getStatus } from "./operations/get-status.ts";
import { listFeed } from "./operations/list-feed.ts";
import { listSubmoltFeed } from "./operations/list-submolt-feed.ts";
import { registerAgent } from "./operations/register-agent.ts";
import { removeUpvote } from "./operations/remove-upvote.ts";
import { searchPosts } from "./operations/search-posts.ts";
import { syncAccount } from "./operations/sync-account.ts";
import { syncDue } from "./operations/sync-due.ts";
import { takeSync } from "./operations/take-sync.ts";
import { upvotePost } from "./operations/upvote-post.ts";

export const SOCIAL_OPERATIONS: readonly Operation[] = [
  registerAgent,
  connectAccount,
  getAccounts,
  getStatus,
  listFeed,
  listSubmoltFeed,
  getProfile,
  searchPosts,
  upvotePost,
  removeUpvote,
  getOverview,
  getKarmaHistory,
  getPosts,
  syncAccount,
  takeSync,
  syncDue,
];
