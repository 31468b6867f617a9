import { publicCommand } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields } from "../../kernel/schema.ts";
import { Token } from "../schema.ts";
import { SignedIn, signIn } from "../sign-in.ts";
import { spendLink } from "../store/sessions.ts";

export const verify = publicCommand({
  name: "auth.verify",
  summary: "Sign in with the token of a sign-in link. The first time makes the person and a workspace of their own.",
  route: "POST /auth/verify",
  http: { session: "set" },
  // The session that the browser had before ends.
  changesCredentials: true,
  input: Fields({ token: Token }),
  output: SignedIn,
  problems: ["invalid_token"],
  async run(context, { token }) {
    const provenEmail = await spendLink(context.tx, context.env.secrets.fingerprint(token));
    if (provenEmail === undefined) {
      throw new Problem("invalid_token", "This sign-in link is not valid any more.", {
        next_step: "Ask for a new one.",
      });
    }
    return signIn(context, provenEmail);
  },
});
