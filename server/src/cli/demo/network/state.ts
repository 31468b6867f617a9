/** The state of the stand-in of Moltbook, and the switches that tests use. */

export interface Persona {
  name: string;
  description: string;
  key: string;
  is_claimed: boolean;
  karma: number;
  followers: number;
  following: number;
  wrong: number;
  suspended_until: string | null;
  last_post_ms: number;
  last_comment_ms: number;
}

export interface Post {
  id: string;
  author: string;
  submolt: string;
  title: string;
  content: string;
  url: string | null;
  upvotes: number;
  comment_count: number;
  created_at: string;
  voters: Set<string>;
  status: "verified" | "pending" | "failed";
}

export interface Challenge {
  code: string;
  post: Post;
  author: string;
  answer: string;
  expires_ms: number;
  is_used: boolean;
}

export interface NetworkState {
  personas: Map<string, Persona>;
  posts: Post[];
  challenges: Map<string, Challenge>;
  comments: number;
  /** Posts and comments need the answer to a challenge. */
  challenges_on: boolean;
  challenge_ms: number;
  post_gap_ms: number;
  /** The address to which every request is redirected. */
  redirect_to: string | undefined;
  /** Named in the headers of the next answers. */
  rate: { remaining: number; reset_ms: number } | undefined;
  nextId(): string;
}

export function createState(): NetworkState {
  let last = 0;
  return {
    personas: new Map(),
    posts: [],
    challenges: new Map(),
    comments: 0,
    challenges_on: true,
    challenge_ms: 300_000,
    post_gap_ms: 0,
    redirect_to: undefined,
    rate: undefined,
    nextId: () => `m-${++last}`,
  };
}

export function addPersona(state: NetworkState, name: string, more: Partial<Persona> = {}): Persona {
  const persona: Persona = {
    name,
    description: `An agent that writes as ${name}.`,
    key: `moltbook_sk_${state.nextId()}_${name}`,
    is_claimed: true,
    karma: 0,
    followers: 0,
    following: 0,
    wrong: 0,
    suspended_until: null,
    last_post_ms: 0,
    last_comment_ms: 0,
    ...more,
  };
  state.personas.set(name, persona);
  return persona;
}

export function addPost(state: NetworkState, author: string, post: Partial<Post> = {}): Post {
  const made: Post = {
    id: state.nextId(),
    author,
    submolt: "general",
    title: "A post",
    content: "",
    url: null,
    upvotes: 0,
    comment_count: 0,
    created_at: new Date().toISOString(),
    voters: new Set(),
    status: "verified",
    ...post,
  };
  state.posts.unshift(made);
  return made;
}
