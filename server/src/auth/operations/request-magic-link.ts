import Type from "typebox";
import { publicCommand } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields } from "../../kernel/schema.ts";
import { LINK_MINUTES, LINKS_PER_HOUR, LINKS_PER_MINUTE, lowerCase } from "../rules.ts";
import { SignInEmail } from "../schema.ts";
import { issueLink, takeLinkRequest } from "../session-store.ts";
import { signInMail, signInUrl } from "../sign-in-link.ts";
import { newToken } from "../tokens.ts";

/** Never looks whether anybody has the address: known and unknown ones get the same answer after the same work. */
export const requestMagicLink = publicCommand({
  name: "auth.request_magic_link",
  summary: "Send a sign-in link to an email address.",
  route: "POST /auth/request-magic-link",
  status: 202,
  input: Fields({ email: SignInEmail }),
  output: Fields({
    message: Type.String(),
    dev_link: Type.Optional(Type.String({ description: "The link itself, where only this machine can ask." })),
  }),
  problems: ["rate_limited"],
  async run({ tx, env, request }, input) {
    const email = lowerCase(input.email);
    const limits = { perMinute: LINKS_PER_MINUTE, perHour: LINKS_PER_HOUR };
    const wait = await takeLinkRequest(tx, { email, ip: request.ip, ...limits });
    if (wait !== null) {
      throw new Problem("rate_limited", "Too many sign-in links were asked for.", { retry_after_seconds: wait });
    }
    const token = newToken();
    await issueLink(tx, email, env.secrets.fingerprint(token), LINK_MINUTES);
    const link = signInUrl(env, token);
    const message = `A sign-in link is on its way to ${email}. It works once, within ${LINK_MINUTES} minutes.`;
    return { output: { message, ...(env.devLinks && { dev_link: link }) }, mail: signInMail(email, link) };
  },
});
