/** The link in the mail. It opens a page that confirms by POST, so a mail scanner that follows it spends nothing. */
import type { Environment, Mail } from "../kernel/environment.ts";
import { LINK_MINUTES } from "./rules.ts";

export function signInUrl(env: Environment, token: string): string {
  return `${env.publicUrl}/sign-in?token=${token}`;
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
      `It works once, within ${LINK_MINUTES} minutes. A newer link replaces it.`,
      "If you did not ask for it, ignore this mail; nobody can sign in without the link.",
      "",
    ].join("\n"),
  };
}
