import { publicCommand } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields } from "../../kernel/schema.ts";
import { Token } from "../schema.ts";
import { SignedIn, signIn } from "../sign-in.ts";
import { spendLink } from "../store/sessions.ts";

export const verifyLink = publicCommand({
  name: "auth.verify",
  summary:
    "Sign in with the token of a sign-in link. The first sign-in creates the person and the person's own workspace.",
  route: "POST /auth/verify",
  http: { session: "set" },
  // The earlier session of the browser ends.
  changesCredentials: true,
  input: Fields({ token: Token }),
  output: SignedIn,
  problems: ["invalid_token"],
  async run(context, { token }) {
    const provenEmail = await spendLink(context.tx, context.env.secrets.fingerprint(token));
    if (provenEmail === undefined) {
      throw new Problem("invalid_token", "This sign-in link is no longer valid.", {
        next_step: "Request a new link.",
      });
    }
    return signIn(context, provenEmail);
  },
});
