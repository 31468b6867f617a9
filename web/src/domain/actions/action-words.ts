/** The words of actions: what runs, in one line. Pure. */
import type { AgentAction } from "@bailiwick/sdk";

type Payload = AgentAction["payload"];

/** These fields say most, so they come first and without their names. */
const FIRST = [
  "tool_name",
  "tool_input",
  "method",
  "path",
  "to",
  "channel",
  "repository",
  "number",
  "submolt",
  "subject",
  "title",
  "text",
];
/** Longer values are cut in a line; the detail shows them whole. */
const VALUE_LENGTH_MAX = 200;

/** `send_request` → `Send request`. */
export function typeText(type: string): string {
  const words = type.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The payload itself, and no title that an agent wrote: `POST /orders body: {"item":"a chair"}`. */
function payloadText(payload: Payload): string {
  return namesOf(payload)
    .map((name) => (FIRST.includes(name) ? valueText(payload[name]) : `${name}: ${valueText(payload[name])}`))
    .join(" ");
}

/** The database keeps no order of the fields. */
export function namesOf(payload: Payload): string[] {
  const place = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return Object.keys(payload).sort((one, other) => place(one) - place(other));
}

export function actionText({ action_type, payload }: Pick<AgentAction, "action_type" | "payload">): string {
  return `${typeText(action_type)}: ${payloadText(payload)}`;
}

/** One value as it is sent: texts as they are, everything else as JSON. */
export function valueText(value: unknown, most = VALUE_LENGTH_MAX): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
