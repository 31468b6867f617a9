/** Signs a person in after a proof of their mail address. The caller checks the proof in the same transaction. */
import type { Static } from "typebox";
import Type from "typebox";
import { uuidv7 } from "uuidv7";
import { storedEmail } from "../kernel/email.ts";
import type { PublicContext, PublicOutcome } from "../kernel/operation.ts";
import { Fields, Id } from "../kernel/schema.ts";
import { personActor } from "./actors.ts";
import { sessionCreated } from "./facts.ts";
import { COOKIE_DAYS, SESSION_DAYS, USER_AGENT_LENGTH_MAX } from "./rules.ts";
import { Role, User } from "./schema.ts";
import { findSession, signInPerson } from "./store/sessions.ts";
import { newToken } from "./tokens.ts";

const DAY_MS = 86_400_000;

export const SignedIn = Fields({ user: User, workspace: Fields({ id: Id, name: Type.String(), role: Role }) });

/** Opens a session with a new token and a new id. The session that the browser presented ends. */
export async function signIn(
  { tx, env, request, now }: PublicContext,
  provenEmail: string,
): Promise<PublicOutcome<Static<typeof SignedIn>>> {
  const { fingerprint } = env.secrets;
  const [token, sessionId] = [newToken(), uuidv7()];
  const presentedHash = request.session === null ? null : fingerprint(request.session);
  const before = presentedHash === null ? undefined : await findSession(tx, presentedHash, null);
  const person = await signInPerson(tx, {
    provenEmail,
    newUserId: uuidv7(),
    newWorkspaceId: uuidv7(),
    ownerEmail: storedEmail(env.settings.ownerEmail),
    sessionId,
    sessionHash: fingerprint(token),
    sessionDays: SESSION_DAYS,
    ip: request.ip,
    userAgent: request.user_agent.slice(0, USER_AGENT_LENGTH_MAX),
    presentedHash,
  });
  const { user_id, email, name, workspace_id, workspace_name } = person;
  const workspace = { id: workspace_id, name: workspace_name, role: "owner" as const };
  // The fact leaves out address and browser, because agents read the log. The person's list of sessions shows both.
  const fact = sessionCreated(sessionId, {});
  return {
    output: { user: { id: user_id, email, name }, workspace },
    session: { token, expiresAt: new Date(now.getTime() + COOKIE_DAYS * DAY_MS) },
    fact: { actor: personActor(user_id, workspace_id, "owner", sessionId), fact },
    ...(before && { signedOut: [before.user_id] }),
  };
}
