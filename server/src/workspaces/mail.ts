/** The mail that invites somebody, and the page that its link opens. */
import type { Environment, Mail } from "../kernel/environment.ts";
import { INVITATION_DAYS } from "./rules.ts";

/** The link of an invitation opens a page too, and only its button accepts. */
export function invitationUrl(env: Environment, token: string): string {
  return `${env.publicUrl}/invitation?token=${token}`;
}

export function invitationMail(
  to: string,
  { link, workspace, role }: { link: string; workspace: string; role: string },
): Mail {
  return {
    to,
    subject: `You are invited to the workspace ${oneLine(workspace)}`,
    text: [
      `You are invited to join the workspace ${oneLine(workspace)} on Bailiwick, as ${role}.`,
      "Open this link to accept:",
      "",
      link,
      "",
      `It works once, for this address, within ${INVITATION_DAYS} days. A newer invitation replaces it.`,
      "If you did not expect it, ignore this mail; nothing happens without you.",
      "",
    ].join("\n"),
  };
}

/** Whoever names a workspace writes a part of a mail. */
function oneLine(text: string): string {
  return text.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
}
