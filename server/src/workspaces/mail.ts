/** The invitation mail and its link. */
import type { Environment, Mail } from "../kernel/environment.ts";
import { INVITATION_DAYS } from "./rules.ts";

/** The link opens a page. Only the button on the page accepts the invitation. */
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
      `The link works once, for this address, within ${INVITATION_DAYS} days. A newer invitation replaces this one.`,
      "If you did not expect this invitation, ignore this mail. Nothing happens until you accept.",
      "",
    ].join("\n"),
  };
}

/** The name of a workspace is free text, so line breaks and control characters must not reach the mail. */
function oneLine(text: string): string {
  return text.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
}
