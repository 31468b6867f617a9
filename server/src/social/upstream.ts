/** Reads pages, profiles and refusals of Moltbook. Everything may be missing or of another type. */

import type { AccountNote } from "../connections/index.ts";
import { countIn, limitedMs, noteIn, objectIn, objectOf, refusalIn, textIn, timeIn } from "../connections/index.ts";
import type { Exchange } from "../kernel/outbound/exchange.ts";
import { Problem } from "../kernel/problem.ts";
import { HEADER_TEXT, type KeptPost, type Persona } from "./schema.ts";

type Body = Record<string, unknown>;

const POSTS_MAX = 50;
const TITLE_LENGTH_MAX = 300;
const CONTENT_LENGTH_MAX = 2_000;
const URL_LENGTH_MAX = 2_000;
const NAME_LENGTH_MAX = 100;
const ID_LENGTH_MAX = 200;
const CURSOR_LENGTH_MAX = 300;

/** A page of posts as the workspace keeps it. */
export interface KeptPage {
  posts: KeptPost[];
  next_cursor: string | null;
  /** Of a profile. */
  persona?: Persona;
}

/** An answer of the network: its body, or the problem of the caller. The note is what it says about the account. */
export type Heard =
  | { body: Body; note: AccountNote | undefined }
  | { body: undefined; problem: Problem; note: AccountNote | undefined };

export function heard(found: Exchange, now: Date): Heard {
  if (found.answer !== "whole") {
    const text = found.answer === "part" ? found.error : `Moltbook cannot be reached. ${found.error}`;
    return { body: undefined, problem: new Problem("upstream_unavailable", text), note: undefined };
  }
  const { status, headers } = found;
  const body = objectIn(found.body);
  const note = noteIn(status, headers, body, now);
  const isRefused = body.success === false;
  if (status >= 200 && status < 300 && !isRefused) return { body, note };
  return { body: undefined, problem: problemOf(status, headers, body, now), note };
}

type Headers = Parameters<typeof limitedMs>[0];

function problemOf(status: number, headers: Headers, body: Body, now: Date): Problem {
  const text = refusalIn(body, status);
  if (status >= 300 && status < 400) {
    return new Problem("upstream_unavailable", `Moltbook redirects (${status}), and redirects are refused.`, {
      next_step: "The operator corrects BAILIWICK_MOLTBOOK_URL, such as by adding www.",
    });
  }
  if (status === 401) return new Problem("not_connected", text, { next_step: "Register the agent again." });
  if (status === 404) return new Problem("not_found", text);
  if (status === 429) {
    const retry_after_seconds = Math.ceil(limitedMs(headers, body, now.getTime()) / 1_000);
    return new Problem("upstream_limited", text, { retry_after_seconds });
  }
  if (status >= 500) return new Problem("upstream_unavailable", text);
  return new Problem("upstream_refused", text);
}

export function postIn(value: unknown): KeptPost | undefined {
  const post = objectOf(value);
  const id = idIn(post.id ?? post.post_id);
  if (id === "") return undefined;
  const content = textIn(post.content, CONTENT_LENGTH_MAX + 1);
  const submolt = objectOf(post.submolt);
  return {
    id,
    title: textIn(post.title, TITLE_LENGTH_MAX),
    content: content.slice(0, CONTENT_LENGTH_MAX).toWellFormed(),
    is_cut: content.length > CONTENT_LENGTH_MAX,
    url: textIn(post.url, URL_LENGTH_MAX) || null,
    submolt: textIn(post.submolt_name ?? submolt.name ?? post.submolt, NAME_LENGTH_MAX),
    author: textIn(objectOf(post.author).name ?? post.author_name ?? post.author, NAME_LENGTH_MAX),
    upvotes: countIn(post.upvotes, post.score),
    downvotes: countIn(post.downvotes),
    comment_count: countIn(post.comment_count, post.comments_count),
    posted_at: timeIn(post.created_at)?.toISOString() ?? null,
  };
}

/** Ids stand in addresses, so an id with other characters is none. */
function idIn(value: unknown): string {
  const text = typeof value === "number" ? String(value) : textIn(value, ID_LENGTH_MAX + 1);
  return /^[A-Za-z0-9_.-]{1,200}$/.test(text) ? text : "";
}

export function pageIn(body: Body): KeptPage {
  const data = objectOf(body.data);
  const list = [body.posts, data.posts, body.data].find((value) => Array.isArray(value));
  const next = textIn(body.next_cursor ?? data.next_cursor, CURSOR_LENGTH_MAX);
  const hasMore = (body.has_more ?? data.has_more) !== false;
  return { posts: postsIn(list), next_cursor: hasMore && next !== "" ? next : null };
}

function postsIn(list: unknown): KeptPost[] {
  const all = Array.isArray(list) ? list.slice(0, POSTS_MAX) : [];
  const posts = all.flatMap((one) => postIn(one) ?? []);
  return [...new Map(posts.map((post) => [post.id, post])).values()];
}

export function profileIn(body: Body, name: string): KeptPage {
  const persona = personaIn(objectOf(body.agent), name);
  const posts = postsIn(body.recentPosts ?? body.recent_posts ?? body.posts);
  // A list of one agent may leave out the author.
  return {
    posts: posts.map((post) => ({ ...post, author: post.author || persona.name })),
    next_cursor: null,
    persona,
  };
}

function personaIn(agent: Body, name: string): Persona {
  return {
    name: textIn(agent.name, NAME_LENGTH_MAX) || name,
    description: textIn(agent.description, CONTENT_LENGTH_MAX),
    karma: countIn(agent.karma),
    followers: countIn(agent.follower_count, agent.followers),
    following: countIn(agent.following_count, agent.following),
    total_posts: Math.max(0, countIn(agent.posts_count, agent.post_count, agent.total_posts)),
    is_claimed: agent.is_claimed === true || agent.claimed === true || agent.status === "claimed",
  };
}

/** Returns true for an account that a person has claimed. */
export const isClaimedIn = (body: Body): boolean =>
  textIn(body.status) === "claimed" || textIn(objectOf(body.agent).status) === "claimed";

/** Returns the key, the address and the code of a registration; undefined when the answer has no usable key. */
export function registrationIn(body: Body): { key: string; claim_url: string; verification_code: string } | undefined {
  const agent = objectOf(body.agent ?? body);
  const key = textIn(agent.api_key, 1_000);
  if (!HEADER_TEXT.test(key)) return undefined;
  const claim_url = textIn(agent.claim_url, URL_LENGTH_MAX);
  return { key, claim_url, verification_code: textIn(agent.verification_code, ID_LENGTH_MAX) };
}
