/**
 * The sign-in link. The link opens a page that signs in by POST, so a mail scanner that opens the link does not use it
 * up.
 */
import type { Environment, Mail } from "../kernel/environment.ts";
import type { RequestInfo } from "../kernel/operation.ts";
import { LINK_MINUTES } from "./rules.ts";

export function signInUrl(env: Environment, token: string): string {
  return `${env.publicUrl}/sign-in?token=${token}`;
}

/** Returns true when the response may show a link to this caller. Agents on the same machine are such callers too. */
export function mayShowLinks({ delivery }: Environment, { at_this_machine }: RequestInfo): boolean {
  return delivery === "terminal" && at_this_machine;
}

export function signInMail(email: string, link: string): Mail {
  return {
    to: email,
    subject: "Your sign-in link for Bailiwick",
    text: [
      "Open this link to sign in to Bailiwick:",
      "",
      link,
      "",
      `The link works once, within ${LINK_MINUTES} minutes. When you use it, the other links that you requested end.`,
      "If you did not request this link, ignore this mail. Without the link, no one can sign in.",
      "",
    ].join("\n"),
  };
}
