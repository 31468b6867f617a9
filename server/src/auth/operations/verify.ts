import Type from "typebox";
import { uuidv7 } from "uuidv7";
import { publicCommand } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { personActor } from "../actors.ts";
import { redeemLink } from "../people-store.ts";
import { COOKIE_DAYS, lowerCase, SESSION_DAYS, USER_AGENT_LENGTH_MAX } from "../rules.ts";
import { Role, Token, User } from "../schema.ts";
import { newToken } from "../tokens.ts";

const DAY_MS = 86_400_000;

export const verify = publicCommand({
  name: "auth.verify",
  summary: "Sign in with the token of a sign-in link. The first time makes the person and a workspace of their own.",
  route: "POST /auth/verify",
  http: { session: "set" },
  // The session that the browser had before ends.
  changesCredentials: true,
  input: Fields({ token: Token }),
  output: Fields({ user: User, workspace: Fields({ id: Id, name: Type.String(), role: Role }) }),
  problems: ["invalid_token"],
  async run({ tx, env, request, now }, { token }) {
    const { fingerprint } = env.secrets;
    const sessionToken = newToken();
    const sessionId = uuidv7();
    const person = await redeemLink(tx, {
      linkHash: fingerprint(token),
      newUserId: uuidv7(),
      newWorkspaceId: uuidv7(),
      ownerEmail: lowerCase(env.ownerEmail),
      sessionId,
      sessionHash: fingerprint(sessionToken),
      sessionDays: SESSION_DAYS,
      ip: request.ip,
      userAgent: request.user_agent.slice(0, USER_AGENT_LENGTH_MAX),
      presentedHash: request.session === null ? null : fingerprint(request.session),
    });
    if (!person) {
      throw new Problem("invalid_token", "This sign-in link is not valid any more.", {
        next_step: "Ask for a new one.",
      });
    }
    const { user_id, email, workspace_id, workspace_name } = person;
    const workspace = { id: workspace_id, name: workspace_name, role: "owner" as const };
    return {
      output: { user: { id: user_id, email }, workspace },
      session: { token: sessionToken, expiresAt: new Date(now.getTime() + COOKIE_DAYS * DAY_MS) },
      fact: {
        actor: personActor(user_id, workspace_id, "owner"),
        fact: { type: "session.created", subject: { kind: "session", id: sessionId }, data: { ip: request.ip } },
      },
    };
  },
});
