/**
 * Sign-in for people who can reach the database or the terminal of the server. They need no mail and no other proof.
 */
import { uuidv7 } from "uuidv7";
import type { Db } from "../kernel/db/db.ts";
import type { Environment } from "../kernel/environment.ts";
import { LOCAL_SESSION_MINUTES, lowerCase } from "./rules.ts";
import { signInUrl } from "./sign-in-link.ts";
import { ensureOwner } from "./store/people.ts";
import { hasOwnerSignedIn, issueLink, openOwnerSession } from "./store/sessions.ts";
import { newToken } from "./tokens.ts";

/**
 * Creates the owner and the owner's workspace if needed. Returns a function that gives a link that signs the owner in
 * once; the link's address is known only when the server listens. The link does not void links that were requested.
 */
export async function createOwnerLink(db: Db, env: Environment): Promise<() => string> {
  const token = newToken();
  const email = lowerCase(env.settings.ownerEmail);
  await db.outside(async (tx) => {
    await ensureOwner(tx, email, uuidv7(), uuidv7());
    await issueLink(tx, { email, tokenHash: env.secrets.fingerprint(token) }, null);
  });
  return () => signInUrl(env, token);
}

/** Returns true when the owner of this configuration has signed in with a link before. */
export async function isOwnerKnown(db: Db, env: Environment): Promise<boolean> {
  return db.outside((tx) => hasOwnerSignedIn(tx, lowerCase(env.settings.ownerEmail)));
}

/** Returns a link that signs in the person with this address once. The link does not void links that were requested. */
export async function createSignInLink(db: Db, env: Environment, email: string): Promise<string> {
  const token = newToken();
  const link = { email: lowerCase(email), tokenHash: env.secrets.fingerprint(token) };
  await db.outside((tx) => issueLink(tx, link, null));
  return signInUrl(env, token);
}

/** Opens a short session of the owner for the command line. Send the token as the session cookie. */
export async function createLocalOwnerSession(db: Db, env: Environment): Promise<{ token: string; workspace: string }> {
  const token = newToken();
  const owner = { email: lowerCase(env.settings.ownerEmail), newUserId: uuidv7(), newWorkspaceId: uuidv7() };
  const session = { id: uuidv7(), hash: env.secrets.fingerprint(token), minutes: LOCAL_SESSION_MINUTES };
  const workspace = await db.outside((tx) => openOwnerSession(tx, owner, session));
  if (!workspace) throw new Error("The owner of this installation has no workspace.");
  return { token, workspace };
}
