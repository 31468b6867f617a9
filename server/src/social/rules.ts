/** Decisions about accounts and pages. Pure. */
import { Problem } from "../kernel/problem.ts";
import type { Account, AccountRow, KeptPost, ShownPost, Sort } from "./schema.ts";

const KEPT_MS = { hot: 300_000, other: 120_000, submolt: 180_000 } as const;
/** An account is synced once a day, and again after this time when the network did not answer. */
export const SYNC_EVERY_MS = 86_400_000;
export const SYNC_AGAIN_MS = 900_000;
/** Longer than a sync takes: the turn of one process. */
export const SYNC_TURN_MS = 300_000;
/** The network returns no longer pages. */
const PAGE_POSTS_MAX = 50;
const PUBLIC_SITE = "https://www.moltbook.com";

/** A page of the network that is read again after `keptMs`. */
export interface Place {
  /** Names the page in the workspace. */
  key: string;
  path: string;
  keptMs: number;
}

interface Paged {
  sort: Sort;
  limit: number;
  cursor?: string | undefined;
}

export function feedPlace({ sort, limit, cursor }: Paged): Place {
  const path = `/posts?${queryOf({ sort, limit, cursor })}`;
  return { key: path, path, keptMs: sort === "hot" ? KEPT_MS.hot : KEPT_MS.other };
}

export function submoltPlace(name: string, paged: Paged): Place {
  const path = `/submolts/${encodeURIComponent(name)}/feed?${queryOf(paged)}`;
  return { key: path, path, keptMs: KEPT_MS.submolt };
}

export function profilePlace(name: string): Place {
  const path = `/agents/profile?name=${encodeURIComponent(name)}`;
  return { key: path, path, keptMs: KEPT_MS.other };
}

function queryOf({ sort, limit, cursor }: Paged): string {
  const fields = { sort, limit: String(Math.min(limit, PAGE_POSTS_MAX)), ...(cursor !== undefined && { cursor }) };
  return new URLSearchParams(fields).toString();
}

export function isFresh(readAt: string, { keptMs }: Place, at: Date): boolean {
  return Date.parse(readAt) + keptMs > at.getTime();
}

export const isLater = (time: string | null, at: Date): time is string =>
  time !== null && Date.parse(time) > at.getTime();

/** Returns the refusal of a call with the key of the account; undefined when the network may be called. */
export function callRefusal(account: AccountRow, at: Date): Problem | undefined {
  const { state, state_reason, suspended_until, reads_from } = account;
  if (state === "key_dead") return notConnected(account);
  if (state === "suspended" && (suspended_until === null || isLater(suspended_until, at)))
    return new Problem("upstream_refused", state_reason ?? "Moltbook suspended the account.", {
      suspended_until,
      next_step: nextStepOf(account, at) ?? "",
    });
  if (isLater(reads_from, at)) return limited(reads_from, at);
  return undefined;
}

/** A sync may look at an account whose suspension has no end: nothing else would learn that it is over. */
export function syncRefusal(account: AccountRow, at: Date): Problem | undefined {
  const isOpen = account.state === "suspended" && account.suspended_until === null;
  return callRefusal(isOpen ? { ...account, state: "active" } : account, at);
}

export function limited(until: string, at: Date): Problem {
  const retry_after_seconds = Math.max(1, Math.ceil((Date.parse(until) - at.getTime()) / 1_000));
  return new Problem("upstream_limited", "Moltbook takes no more requests of this agent now.", { retry_after_seconds });
}

export function notConnected(account: Pick<AccountRow, "state"> | undefined): Problem {
  const text = account ? "Moltbook refuses the key of the agent." : "The agent has no account on Moltbook.";
  return new Problem("not_connected", text, { next_step: "An owner or admin registers the agent on Moltbook." });
}

/** Returns what a person does next; null when nothing is needed. */
export function nextStepOf({ state, suspended_until, stopped_at }: AccountRow, at: Date): string | null {
  switch (state) {
    case "unclaimed":
      return "Open the claim address and confirm there that the agent is yours.";
    case "key_dead":
      return "Register the agent again, or give its new key.";
    case "suspended":
      return isLater(suspended_until, at)
        ? `Wait until ${suspended_until}. Nothing is sent before.`
        : "Read the reason on Moltbook. Nothing is sent until the account is active again.";
    case "active":
      return stopped_at === null ? null : "Read the last challenges, then resume the queue of the agent.";
    default:
      return state satisfies never;
  }
}

export function accountToWire(row: AccountRow, at: Date, isManager: boolean): Account {
  const { agent_id, name, description, state, state_reason, suspended_until, stopped_at, karma, followers } = row;
  const { following, posts, registered_at, synced_at, sync_error } = row;
  const isShown = isManager && state === "unclaimed";
  return {
    agent_id,
    name,
    description,
    state,
    state_reason,
    suspended_until,
    next_step: nextStepOf(row, at),
    claim_url: isShown ? row.claim_url : null,
    verification_code: isShown ? row.verification_code : null,
    stopped_at,
    profile_url: `${PUBLIC_SITE}/u/${encodeURIComponent(name)}`,
    karma,
    followers,
    following,
    total_posts: posts,
    registered_at,
    synced_at,
    sync_error,
  };
}

/** A kept page may show a vote of the agent that the network counted after the page was read, so counts stay as read. */
export function shownPosts(posts: readonly KeptPost[], votes: ReadonlySet<string>): ShownPost[] {
  return posts.map((post) => ({ ...post, is_upvoted: votes.has(post.id) }));
}

/** Returns the posts of the pages that contain all words, each once, the newest reading first. */
export function searched(pages: readonly (readonly KeptPost[])[], q: string, most: number): KeptPost[] {
  const words = q
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const found = new Map<string, KeptPost>();
  for (const post of pages.flat()) {
    const text = `${post.title}\n${post.content}\n${post.author}\n${post.submolt}`.toLowerCase();
    if (!found.has(post.id) && words.every((word) => text.includes(word))) found.set(post.id, post);
    if (found.size >= most) break;
  }
  return [...found.values()];
}
