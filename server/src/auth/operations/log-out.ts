import Type from "typebox";
import { publicCommand } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { personActor } from "../actors.ts";
import { sessionRevoked } from "../facts.ts";
import { closeSession } from "../store/sessions.ts";

export const logOut = publicCommand({
  name: "auth.logout",
  summary: "Sign out: end the session of this browser. Without a session, nothing happens.",
  route: "POST /auth/logout",
  http: { session: "clear" },
  changesCredentials: true,
  input: Fields({}),
  output: Fields({ message: Type.String() }),
  problems: [],
  async run({ tx, env, request }) {
    const output = { message: "You are signed out." };
    const closed =
      request.session === null ? undefined : await closeSession(tx, env.secrets.fingerprint(request.session));
    if (!closed?.workspace_id) return { output, session: "clear" };
    const fact = sessionRevoked({ kind: "session", id: closed.id }, { reason: "signed_out" });
    return {
      output,
      session: "clear",
      fact: { actor: personActor(closed.user_id, closed.workspace_id, "owner", closed.id), fact },
    };
  },
});
