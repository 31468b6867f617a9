/** The words of channels. */
import type { Channel } from "@bailiwick/sdk";

type Kind = Channel["kind"];
type Purpose = Channel["for"][number];

export const KIND_WORDS: Record<Kind, string> = { email: "Email", slack: "Slack", webhook: "Webhook" };

export const PURPOSE_WORDS: Record<Purpose, { label: string; hint: string }> = {
  alerts: { label: "Alerts", hint: "An alert rule fires, or its alert is resolved." },
  approvals: { label: "Approvals", hint: "An agent asks for an approval." },
  tasks: { label: "Tasks", hint: "A task waits for a person, failed for good, or is overdue." },
};

export function purposesText({ for: purposes }: Pick<Channel, "for">): string {
  return purposes.map((purpose) => PURPOSE_WORDS[purpose].label).join(", ");
}
