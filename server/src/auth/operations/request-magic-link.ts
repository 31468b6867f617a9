import Type from "typebox";
import { shownEmail, storedEmail } from "../../kernel/email.ts";
import type { Delivery } from "../../kernel/environment.ts";
import { type PublicContext, publicCommand } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Email, Fields } from "../../kernel/schema.ts";
import { linkLimits } from "../link-limits.ts";
import { LINK_MINUTES, LINKS_VALID_MAX } from "../rules.ts";
import { mayShowLinks, signInMail, signInUrl } from "../sign-in-link.ts";
import { isAmongAgents, issueLink, takeLinkRequest } from "../store/sessions.ts";
import { newToken } from "../tokens.ts";

/**
 * For a caller on another machine, the command never looks up the address. So known and unknown addresses get the same
 * answer after the same work.
 */
export const requestMagicLink = publicCommand({
  name: "auth.request_magic_link",
  summary: "Send a sign-in link to an email address.",
  description:
    "Without a mail server, the server prints the link in its terminal. A caller on the same machine also gets the link " +
    "as dev_link, unless the person is in a workspace that has keys, because an agent could then request the link too.",
  route: "POST /auth/request-magic-link",
  status: 202,
  input: Fields({ email: Email }),
  output: Fields({
    message: Type.String({ description: "Says where the link is." }),
    dev_link: Type.Optional(
      Type.String({ description: "The link, for a caller on the server's machine who may see it." }),
    ),
  }),
  problems: ["rate_limited"],
  async run(context, input) {
    const { tx, env, request } = context;
    const email = storedEmail(input.email);
    const wait = await takeLinkRequest(tx, { email, ip: request.ip }, linkLimits(env, request));
    if (wait !== null) {
      throw new Problem("rate_limited", "Too many sign-in links were requested.", { retry_after_seconds: wait });
    }
    const message = MESSAGES[env.delivery](shownEmail(email));
    if (env.delivery === "none") return { output: { message } };
    const token = newToken();
    const stored = { email, tokenHash: env.secrets.fingerprint(token) };
    await issueLink(tx, stored, LINKS_VALID_MAX);
    const link = signInUrl(env, token);
    const isOpen = await mayBeShown(context, email);
    return { output: { message, ...(isOpen && { dev_link: link }) }, mail: { ...signInMail(email, link), isOpen } };
  },
});

/** Every process on the machine can request a link, so agents there would see the link of a person. */
async function mayBeShown({ tx, env, request }: PublicContext, email: string): Promise<boolean> {
  return mayShowLinks(env, request) && !(await isAmongAgents(tx, email));
}

const ONCE = `The link works once, within ${LINK_MINUTES} minutes.`;
const MESSAGES: Record<Delivery, (email: string) => string> = {
  smtp: (email) => `A sign-in link is on its way to ${email}. ${ONCE}`,
  terminal: (email) => `The terminal of this server shows a sign-in link for ${email}. ${ONCE}`,
  none: (email) =>
    `This server has no mail server to send a link. Its operator can print one: bailiwick sign-in-link ${email}`,
};
