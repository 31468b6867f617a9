/** Turns a credential into an actor in a workspace. No other code does this. */
import type { Actor } from "../kernel/actor.ts";
import type { Db } from "../kernel/db/db.ts";
import type { Environment } from "../kernel/environment.ts";
import { noSuchWorkspace, unauthenticated } from "../kernel/problem.ts";
import type { Signals } from "../kernel/signals.ts";
import { createActorCache, type FoundActor } from "./actor-cache.ts";
import { keyActor, personActor } from "./actors.ts";
import { leaseActor, leaseOfKey, leaseOver } from "./lease-keys.ts";
import { bearerKey, bearerLeaseKey, chosenWorkspace } from "./rules.ts";
import { findLeaseHolder } from "./store/leases.ts";
import { type FoundKey, findKey, touchKey } from "./store/people.ts";
import { findSession } from "./store/sessions.ts";

/** The credentials on a request. */
export interface Credentials {
  authorization?: string | undefined;
  /** The token in the session cookie. */
  session?: string | undefined;
  /** The header `Bailiwick-Workspace`. */
  workspace?: string | undefined;
}

export type Authenticate = (credentials: Credentials) => Promise<Actor>;

export interface AuthenticateOptions {
  db: Db;
  env: Environment;
  signals: Signals;
  /** False while changes of credentials made by other processes cannot reach this one. */
  cacheCredentials?: () => boolean;
  /** Called when the last use of a key could not be written. */
  onLateFailure?: (error: unknown) => void;
}

/** The last use of a key is written at most once in this time. */
const TOUCH_SECONDS = 60;

/** Throws `unauthenticated` without a valid credential, and `not_found` for a workspace that is not the caller's. */
export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  const { db, env, signals, cacheCredentials = () => true, onLateFailure = () => undefined } = options;
  const cache = createActorCache(signals, cacheCredentials);
  const touch = createToucher(db, onLateFailure);

  async function actorOfKey(hash: string, workspace: string | null): Promise<FoundActor> {
    const [key, now] = await db.outside(async (tx) => [await findKey(tx, hash), tx.now] as const);
    if (!key) throw unauthenticated("This key is unknown, expired or revoked.");
    if (key.is_stopped) throw unauthenticated("The keys of this agent are stopped. An owner or admin lifts the stop.");
    // A refused request does not count as a use of the key.
    if (workspace !== null && workspace !== key.workspace_id) throw noSuchWorkspace();
    const usedAt = key.last_used_at ? Date.parse(key.last_used_at) : 0;
    if (now.getTime() - usedAt > TOUCH_SECONDS * 1_000) touch(key);
    return { actor: keyActor(key), expiresInMs: expiresInMs(key.expires_at, now) };
  }

  async function actorOfLease(key: string, workspace: string | null): Promise<Actor> {
    const lease = leaseOfKey(env.secrets, key);
    const agentId = lease && (await db.outside((tx) => findLeaseHolder(tx, lease)));
    if (!lease || agentId === undefined) throw leaseOver();
    if (workspace !== null && workspace !== lease.workspace) throw noSuchWorkspace();
    return leaseActor(agentId, lease);
  }

  async function actorOfSession(hash: string, workspace: string | null): Promise<FoundActor> {
    const [found, now] = await db.outside(async (tx) => [await findSession(tx, hash, workspace), tx.now] as const);
    if (!found) throw unauthenticated("This session is unknown, expired or ended.");
    const { user_id, session_id, workspace_id, role, expires_at } = found;
    if (!workspace_id || !role) throw noSuchWorkspace();
    return { actor: personActor(user_id, workspace_id, role, session_id), expiresInMs: expiresInMs(expires_at, now) };
  }

  return async ({ authorization, session, workspace: header }) => {
    const workspace = chosenWorkspace(header);
    if (authorization !== undefined) {
      const leaseKey = bearerLeaseKey(authorization);
      // Not cached: a lease ends in many ways that no signal names.
      if (leaseKey !== undefined) return actorOfLease(leaseKey, workspace);
      const key = bearerKey(authorization);
      if (!key) throw unauthenticated("The Authorization header must be `Bearer` followed by a key of this server.");
      const hash = env.secrets.fingerprint(key);
      return cache(`key ${hash} ${workspace ?? ""}`, () => actorOfKey(hash, workspace));
    }
    if (!session) throw unauthenticated("This request needs a key or a session.");
    const hash = env.secrets.fingerprint(session);
    return cache(`session ${hash} ${workspace ?? ""}`, () => actorOfSession(hash, workspace));
  };
}

/**
 * Writes the last use of a key outside the request: no request waits for the write, and its failure fails no request.
 */
function createToucher(db: Db, onLateFailure: (error: unknown) => void): (key: FoundKey) => void {
  const touching = new Set<string>();
  return ({ workspace_id, id }) => {
    if (touching.has(id)) return;
    touching.add(id);
    db.transaction(workspace_id, (tx) => touchKey(tx, id))
      .catch(onLateFailure)
      .finally(() => touching.delete(id));
  };
}

function expiresInMs(expiresAt: string | null, now: Date): number {
  return expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - now.getTime();
}
