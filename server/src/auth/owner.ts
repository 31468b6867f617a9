/** Ways in for people who can reach the database, or the terminal of the server: no mail and no other proof is asked for. */
import { uuidv7 } from "uuidv7";
import type { Db } from "../kernel/db/db.ts";
import type { Environment } from "../kernel/environment.ts";
import { LINK_MINUTES, LOCAL_SESSION_MINUTES, lowerCase } from "./rules.ts";
import { signInUrl } from "./sign-in-link.ts";
import { ensureOwner } from "./store/people.ts";
import { hasOwnerSignedIn, issueLink, openOwnerSession } from "./store/sessions.ts";
import { newToken } from "./tokens.ts";

/**
 * Makes the owner and their workspace when new, and returns a link that signs them in once. The link is a function,
 * because its address is known only when the server listens. It voids no link that somebody asked for.
 */
export async function createOwnerLink(db: Db, env: Environment): Promise<() => string> {
  const token = newToken();
  const email = lowerCase(env.settings.ownerEmail);
  await db.outside(async (tx) => {
    await ensureOwner(tx, email, uuidv7(), uuidv7());
    await issueLink(tx, { email, tokenHash: env.secrets.fingerprint(token), minutes: LINK_MINUTES }, null);
  });
  return () => signInUrl(env, token);
}

/** Whether the owner of this configuration has ever signed in by a link. */
export async function isOwnerKnown(db: Db, env: Environment): Promise<boolean> {
  return db.outside((tx) => hasOwnerSignedIn(tx, lowerCase(env.settings.ownerEmail)));
}

/** Returns a link that signs in the person with this address once. It voids no link that somebody asked for. */
export async function createSignInLink(db: Db, env: Environment, email: string): Promise<string> {
  const token = newToken();
  const link = { email: lowerCase(email), tokenHash: env.secrets.fingerprint(token), minutes: LINK_MINUTES };
  await db.outside((tx) => issueLink(tx, link, null));
  return signInUrl(env, token);
}

/** Opens a short session of the owner for the command line. The token goes where the cookie's would. */
export async function createLocalOwnerSession(db: Db, env: Environment): Promise<{ token: string; workspace: string }> {
  const token = newToken();
  const owner = { email: lowerCase(env.settings.ownerEmail), newUserId: uuidv7(), newWorkspaceId: uuidv7() };
  const session = { id: uuidv7(), hash: env.secrets.fingerprint(token), minutes: LOCAL_SESSION_MINUTES };
  const workspace = await db.outside((tx) => openOwnerSession(tx, owner, session));
  if (!workspace) throw new Error("The owner of this installation has no workspace.");
  return { token, workspace };
}
