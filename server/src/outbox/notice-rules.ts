/** The words in which facts reach people over channels. Pure. */
import type { Purpose } from "./schema.ts";

/** The parts of a fact that decide whether it reaches people. */
export interface NoticedFact {
  type: string;
  subject: { kind: string; id: string };
  data: Record<string, unknown>;
}

/** The causes for which only a person can let a task go on. */
const FOR_PEOPLE = new Set(["waiting_for_person", "blocked_by_agent"]);

/** Returns the purpose for which a channel gets the fact; undefined when no channel does. */
export function purposeOf({ type, data }: NoticedFact): Purpose | undefined {
  switch (type) {
    case "alert.fired":
    case "alert.resolved":
    case "alert.tested":
      return "alerts";
    case "risk.breached":
      return data.shadow === true ? undefined : "alerts";
    case "action.proposed":
      return data.is_decided === true ? undefined : "approvals";
    case "action.in_doubt":
    case "governance.request_submitted":
    case "governance.request_reminded":
      return "approvals";
    case "task.failed":
    case "task.overdue":
      return "tasks";
    case "task.blocked":
      return FOR_PEOPLE.has(String(data.code)) ? "tasks" : undefined;
    case "task.escalated":
      return data.to_agent_id === null ? "tasks" : undefined;
    default:
      return undefined;
  }
}

export interface Notice {
  subject: string;
  text: string;
}

const LINE_LENGTH_MAX = 1_000;

/** One line without control characters, since agents write these texts. */
function line(value: unknown): string {
  const text = typeof value === "string" ? value : "";
  return text
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ")
    .slice(0, LINE_LENGTH_MAX)
    .trim()
    .toWellFormed();
}

const withReason = (sentence: string, reason: unknown): string =>
  line(reason) === "" ? sentence : `${sentence} Reason: ${line(reason)}`;

const askedText = ({ title, reason }: NoticedFact["data"]): string =>
  withReason(`An agent asks: ${line(title)}.`, reason);

const actionText = ({ action_type, service_type }: NoticedFact["data"]): string =>
  `${line(action_type)} over ${line(service_type)}`;

/** `title` is the title of the task, where the fact is about a task. */
export function noticeOf({ type, data, subject }: NoticedFact, publicUrl: string, title?: string): Notice {
  const named = `"${line(title) || subject.id}"`;
  const page = subject.kind === "task" ? `${publicUrl}/tasks/${subject.id}` : publicUrl;
  const notice = (words: string, text: string, at = page) => ({ subject: words, text: `${text}\n${at}` });
  switch (type) {
    case "task.failed":
      return notice(`Task failed: ${line(title)}`, withReason(`The task ${named} failed for good.`, data.reason));
    case "task.overdue":
      return notice(`Task overdue: ${line(title)}`, `The task ${named} is overdue.`);
    case "task.blocked":
    case "task.escalated":
      return notice(
        `Task waits for a person: ${line(title)}`,
        withReason(`The task ${named} waits for a person.`, data.reason),
      );
    case "governance.request_submitted":
      return notice("A request waits for approval", askedText(data), `${publicUrl}/requests/${subject.id}`);
    case "governance.request_reminded":
      return notice(
        "A request expires soon",
        `${askedText(data)} It expires at ${line(data.expires_at)}.`,
        `${publicUrl}/requests/${subject.id}`,
      );
    case "action.proposed":
      return notice(
        "An action waits for approval",
        `An agent proposes ${actionText(data)}. It expires at ${line(data.expires_at)}.`,
        `${publicUrl}/actions/${subject.id}`,
      );
    case "action.in_doubt":
      return notice(
        "An action is in doubt",
        withReason(`${actionText(data)} may have been sent. Say what happened.`, data.error),
        `${publicUrl}/actions/${subject.id}`,
      );
    case "channel.tested":
    case "webhook.tested":
      return notice("Test", "This is a test. Notices of Bailiwick arrive here.");
    default:
      return notice(line(data.subject) || "Alert", line(data.message), `${publicUrl}/alerts`);
  }
}

/** Escapes text for Slack, so that a text of an agent mentions nobody. */
export function slackText({ subject, text }: Notice): string {
  const escaped = (words: string) => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `*${escaped(subject).replaceAll("*", "")}*\n${escaped(text)}`;
}
