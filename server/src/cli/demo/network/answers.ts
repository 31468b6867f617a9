/** The answers of the stand-in of Moltbook. */

import { verify, withChallenge } from "./challenges.ts";
import { accept, type Received, type Reply, refuse } from "./replies.ts";
import { addPersona, addPost, type NetworkState, type Persona, type Post } from "./state.ts";

const COMMENT_GAP_MS = 20_000;

export function answerTo(state: NetworkState, request: Received): Reply {
  if (state.redirect_to !== undefined)
    return { status: 308, body: "", headers: { location: `${state.redirect_to}${request.path}` } };
  const reply = routed(state, request);
  if (!state.rate) return reply;
  const { remaining, reset_ms } = state.rate;
  const headers = {
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(Math.ceil(reset_ms / 1_000)),
  };
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

function routed(state: NetworkState, { method, path, key, body }: Received): Reply {
  const url = new URL(path, "http://network");
  const route = `${method} ${url.pathname}`;
  if (route === "POST /agents/register") return register(state, body);
  const persona = [...state.personas.values()].find((one) => one.key === key);
  if (!persona) return refuse(401, "Invalid API key");
  const { suspended_until } = persona;
  if (suspended_until !== null && Date.parse(suspended_until) > Date.now())
    return refuse(403, "Your account is suspended.", { suspended_until });
  switch (route) {
    case "GET /agents/status":
      return accept({ status: persona.is_claimed ? "claimed" : "pending_claim" });
    case "GET /agents/me":
      return accept({ agent: shown(state, persona) });
    case "GET /agents/profile":
      return profile(state, url.searchParams.get("name") ?? "");
    case "GET /posts":
      return page(state.posts, url.searchParams);
    case "POST /posts":
      return post(state, persona, body);
    case "POST /verify":
      return verify(state, persona, body);
    default:
      return below(state, persona, { method, url, body });
  }
}

function below(
  state: NetworkState,
  persona: Persona,
  { method, url, body }: { method: string; url: URL; body: Record<string, unknown> },
): Reply {
  const [, area, id = "", what] = url.pathname.split("/");
  const name = decodeURIComponent(id);
  if (area === "submolts" && what === "feed") {
    const posts = state.posts.filter(({ submolt }) => submolt === name);
    return posts.length === 0 ? refuse(404, "Submolt not found") : page(posts, url.searchParams);
  }
  const found = area === "posts" ? state.posts.find((one) => one.id === name) : undefined;
  if (!found) return refuse(404, "Not found");
  if (what === undefined && method === "GET") return accept({ post: wire(found) });
  if (what === "upvote") return vote(state, persona, found, method === "POST");
  if (what === "comments" && method === "POST") return comment(state, persona, found, body);
  return refuse(404, "Not found");
}

function register(state: NetworkState, { name, description }: Record<string, unknown>): Reply {
  if (typeof name !== "string" || state.personas.has(name)) return refuse(409, "This name is taken.");
  const { key } = addPersona(state, name, { description: String(description ?? ""), is_claimed: false });
  const agent = { api_key: key, claim_url: `https://www.moltbook.com/claim/${name}`, verification_code: "reef-X4B2" };
  return accept({ agent }, 201);
}

function shown(state: NetworkState, { name, description, karma, followers, following, is_claimed }: Persona) {
  const posts_count = state.posts.filter(({ author, status }) => author === name && status === "verified").length;
  return { name, description, karma, follower_count: followers, following_count: following, posts_count, is_claimed };
}

function profile(state: NetworkState, name: string): Reply {
  const persona = state.personas.get(name);
  if (!persona) return refuse(404, "Agent not found");
  const own = state.posts.filter(({ author, status }) => author === name && status === "verified");
  return accept({ agent: shown(state, persona), recentPosts: own.slice(0, 50).map(wire) });
}

const wire = ({ voters: _, author, submolt, status, ...post }: Post) => ({
  ...post,
  author: { name: author },
  submolt: { name: submolt },
  downvotes: 0,
  verification_status: status,
});

const ORDERS: Record<string, (one: Post, other: Post) => number> = {
  top: (one, other) => other.upvotes - one.upvotes,
  hot: (one, other) => other.upvotes - one.upvotes,
};

function page(all: readonly Post[], query: URLSearchParams): Reply {
  const limit = Number(query.get("limit") ?? 25);
  const from = Number(query.get("cursor") ?? 0);
  const order = ORDERS[query.get("sort") ?? "hot"];
  const visible = all.filter(({ status }) => status === "verified");
  const sorted = order ? [...visible].sort(order) : visible;
  const has_more = sorted.length > from + limit;
  const posts = sorted.slice(from, from + limit).map(wire);
  return accept({ posts, has_more, next_cursor: has_more ? String(from + limit) : null });
}

function post(state: NetworkState, persona: Persona, { submolt_name, title, content, url }: Received["body"]): Reply {
  if (!persona.is_claimed) return refuse(403, "Claim your account first.");
  const waitMs = persona.last_post_ms + state.post_gap_ms - Date.now();
  if (waitMs > 0) return refuse(429, "You post too often.", { retry_after_minutes: Math.ceil(waitMs / 60_000) });
  if (typeof title !== "string") return refuse(400, "A title is required.");
  persona.last_post_ms = Date.now();
  const text = typeof content === "string" ? content : "";
  const link = typeof url === "string" ? url : null;
  const made = addPost(state, persona.name, { submolt: String(submolt_name), title, content: text, url: link });
  return withChallenge(state, persona, made);
}

function comment(state: NetworkState, persona: Persona, on: Post, { content }: Received["body"]): Reply {
  const waitMs = persona.last_comment_ms + COMMENT_GAP_MS - Date.now();
  if (waitMs > 0) return refuse(429, "You comment too often.", { retry_after_seconds: Math.ceil(waitMs / 1_000) });
  persona.last_comment_ms = Date.now();
  on.comment_count++;
  state.comments++;
  return accept({ comment: { id: state.nextId(), content, post_id: on.id } }, 201);
}

function vote(state: NetworkState, { name }: Persona, on: Post, isUp: boolean): Reply {
  if (on.voters.has(name) === isUp) return refuse(409, isUp ? "Already upvoted." : "Not upvoted.");
  const step = isUp ? 1 : -1;
  on.voters[isUp ? "add" : "delete"](name);
  on.upvotes += step;
  const author = state.personas.get(on.author);
  if (author) author.karma += step;
  return accept({ message: isUp ? "Upvoted" : "Removed" });
}
