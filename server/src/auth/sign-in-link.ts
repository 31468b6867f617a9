/** The link in the mail. It opens a page that confirms by POST, so a mail scanner that follows it spends nothing. */
import type { Environment, Mail } from "../kernel/environment.ts";
import type { RequestInfo } from "../kernel/operation.ts";
import { LINK_MINUTES } from "./rules.ts";

export function signInUrl(env: Environment, token: string): string {
  return `${env.publicUrl}/sign-in?token=${token}`;
}

/** Whether a link may be shown to the caller. Agents on the same machine are such callers too. */
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
      `It works once, within ${LINK_MINUTES} minutes. Using one link ends the others that you asked for.`,
      "If you did not ask for it, ignore this mail; nobody can sign in without the link.",
      "",
    ].join("\n"),
  };
}
