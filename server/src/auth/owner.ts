/**
 * Sign-in for people who can reach the database or the terminal of the server. They need no mail and no other proof.
 */
import { uuidv7 } from "uuidv7";
import type { Db } from "../kernel/db/db.ts";
import { storedEmail } from "../kernel/email.ts";
import type { Environment } from "../kernel/environment.ts";
import { LOCAL_SESSION_MINUTES } from "./rules.ts";
import { signInUrl } from "./sign-in-link.ts";
import { type AnyTx, ensureOwner, renamePerson } from "./store/people.ts";
import { hasOwnerSignedIn, issueLink, openOwnerSession } from "./store/sessions.ts";
import { newToken } from "./tokens.ts";

/**
 * Creates the owner and the owner's workspace if needed. Returns a function that gives a link that signs the owner in
 * once; the link's address is known only when the server listens. The link does not void links that were requested.
 */
export async function createOwnerLink(db: Db, env: Environment): Promise<() => string> {
  const token = newToken();
  await db.outside(async (tx) => {
    const email = await ownerAddress(tx, env);
    await ensureOwner(tx, email, uuidv7(), uuidv7());
    await issueLink(tx, { email, tokenHash: env.secrets.fingerprint(token) }, null);
  });
  return () => signInUrl(env, token);
}

/** Returns true when the owner of this configuration has signed in with a link before. */
export async function isOwnerKnown(db: Db, env: Environment): Promise<boolean> {
  return db.outside(async (tx) => hasOwnerSignedIn(tx, await ownerAddress(tx, env)));
}

/** Returns the stored form of the owner's address. Earlier versions stored a domain as the setting has it. */
async function ownerAddress(tx: AnyTx, env: Environment): Promise<string> {
  const given = env.settings.ownerEmail;
  const email = storedEmail(given);
  const earlier = given.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  if (earlier !== email) await renamePerson(tx, earlier, email);
  return email;
}

/** Returns a link that signs in the person with this address once. The link does not void links that were requested. */
export async function createSignInLink(db: Db, env: Environment, email: string): Promise<string> {
  const token = newToken();
  const link = { email: storedEmail(email), tokenHash: env.secrets.fingerprint(token) };
  await db.outside((tx) => issueLink(tx, link, null));
  return signInUrl(env, token);
}

/** Opens a short session of the owner for the command line. Send the token as the session cookie. */
export async function createLocalOwnerSession(db: Db, env: Environment): Promise<{ token: string; workspace: string }> {
  const token = newToken();
  const owner = { email: storedEmail(env.settings.ownerEmail), newUserId: uuidv7(), newWorkspaceId: uuidv7() };
  const session = { id: uuidv7(), hash: env.secrets.fingerprint(token), minutes: LOCAL_SESSION_MINUTES };
  const workspace = await db.outside((tx) => openOwnerSession(tx, owner, session));
  if (!workspace) throw new Error("The owner of this installation has no workspace.");
  return { token, workspace };
}
