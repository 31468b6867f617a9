/** The one place where a credential becomes an actor, and so a workspace. */
import type { Actor } from "../kernel/actor.ts";
import type { Db } from "../kernel/db/db.ts";
import type { Environment } from "../kernel/environment.ts";
import { noSuchWorkspace, unauthenticated } from "../kernel/problem.ts";
import type { Signals } from "../kernel/signals.ts";
import { createActorCache, type FoundActor } from "./actor-cache.ts";
import { keyActor, personActor } from "./actors.ts";
import { askedWorkspace, bearerKey } from "./rules.ts";
import { type FoundKey, findKey, touchKey } from "./store/people.ts";
import { findSession } from "./store/sessions.ts";

/** What a surface found on a request. */
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
  /** Told when the last use of a key could not be written. */
  onLateFailure?: (error: unknown) => void;
}

/** Seconds between two writes of a key's last use. */
const TOUCH_SECONDS = 60;

/** Throws `unauthenticated` without a good credential, `not_found` for a workspace that is not the caller's. */
export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  const { db, env, signals, cacheCredentials = () => true, onLateFailure = () => undefined } = options;
  const cache = createActorCache(signals, cacheCredentials);
  const touch = createToucher(db, onLateFailure);

  async function actorOfKey(hash: string, asked: string | null): Promise<FoundActor> {
    const [key, now] = await db.outside(async (tx) => [await findKey(tx, hash), tx.now] as const);
    if (!key) throw unauthenticated("This key is unknown, expired or revoked.");
    // Nothing is noted of a request that is refused.
    if (asked !== null && asked !== key.workspace_id) throw noSuchWorkspace();
    const usedAt = key.last_used_at ? Date.parse(key.last_used_at) : 0;
    if (now.getTime() - usedAt > TOUCH_SECONDS * 1_000) touch(key);
    return { actor: keyActor(key), livesMs: livesMs(key.expires_at, now) };
  }

  async function actorOfSession(hash: string, workspace: string | null): Promise<FoundActor> {
    const [found, now] = await db.outside(async (tx) => [await findSession(tx, hash, workspace), tx.now] as const);
    if (!found) throw unauthenticated("This session is unknown, expired or ended.");
    const { user_id, session_id, workspace_id, role, expires_at } = found;
    if (!workspace_id || !role) throw noSuchWorkspace();
    return { actor: personActor(user_id, workspace_id, role, session_id), livesMs: livesMs(expires_at, now) };
  }

  return async ({ authorization, session, workspace }) => {
    const asked = askedWorkspace(workspace);
    if (authorization !== undefined) {
      const key = bearerKey(authorization);
      if (!key) throw unauthenticated("The Authorization header must be `Bearer` and a key of this server.");
      const hash = env.secrets.fingerprint(key);
      return cache(`key ${hash} ${asked ?? ""}`, () => actorOfKey(hash, asked));
    }
    if (!session) throw unauthenticated("This needs a key or a session.");
    const hash = env.secrets.fingerprint(session);
    return cache(`session ${hash} ${asked ?? ""}`, () => actorOfSession(hash, asked));
  };
}

/** Notes the use of a key off the request's path: nobody waits for it, and its failure fails nobody. */
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

function livesMs(expiresAt: string | null, now: Date): number {
  return expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - now.getTime();
}
