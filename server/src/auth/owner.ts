/** The first-run owner: whoever starts the server, or can reach its database, is let in. */
import { uuidv7 } from "uuidv7";
import type { Db } from "../kernel/db.ts";
import type { Environment } from "../kernel/environment.ts";
import { ensureOwner } from "./people-store.ts";
import { LINK_MINUTES, LOCAL_SESSION_MINUTES, lowerCase } from "./rules.ts";
import { issueLink, openOwnerSession } from "./session-store.ts";
import { signInUrl } from "./sign-in-link.ts";
import { newToken } from "./tokens.ts";

/** A link that signs the owner in once, for the terminal of the server. Makes the owner and the workspace when new. */
export async function createOwnerLink(db: Db, env: Environment): Promise<string> {
  const token = newToken();
  const email = lowerCase(env.ownerEmail);
  await db.outside(async (tx) => {
    await ensureOwner(tx, email, uuidv7(), uuidv7());
    await issueLink(tx, email, env.secrets.fingerprint(token), LINK_MINUTES);
  });
  return signInUrl(env, token);
}

/** A short session for the command line on the machine of the server; the token goes where the cookie's would. */
export async function createLocalOwnerSession(db: Db, env: Environment): Promise<{ token: string; workspace: string }> {
  const token = newToken();
  const owner = { email: lowerCase(env.ownerEmail), newUserId: uuidv7(), newWorkspaceId: uuidv7() };
  const session = { id: uuidv7(), hash: env.secrets.fingerprint(token), minutes: LOCAL_SESSION_MINUTES };
  const workspace = await db.outside((tx) => openOwnerSession(tx, owner, session));
  if (!workspace) throw new Error("The owner of this installation has no workspace.");
  return { token, workspace };
}
