/** Makes the request, or the mail, of a delivery. */
import { Webhook as Signer } from "standardwebhooks";
import type { Static } from "typebox";
import type { Environment } from "../kernel/environment.ts";
import type { FactOnWire } from "../kernel/facts/schema.ts";
import { noticeOf, slackText } from "./notice-rules.ts";
import type { Sending, TargetRow } from "./schema.ts";
import { targetBox } from "./secrets.ts";

interface Made {
  workspace: string;
  env: Pick<Environment, "secrets" | "publicUrl">;
  now: Date;
  /** The title of the task, where the fact is about a task. */
  title: string | undefined;
}

/** Returns what is sent, without the signature: that has the time of the attempt. */
export function sendingOf(
  target: TargetRow,
  fact: FactOnWire,
  { workspace, env, now, title }: Made,
): Pick<Static<typeof Sending>, "kind" | "address" | "subject" | "body" | "secrets"> {
  const box = targetBox(env.secrets, workspace, target.id);
  const { kind } = target;
  const address = box.open(target, "sealed_address") ?? target.shown;
  if (kind === "webhook") {
    const body = JSON.stringify({ type: fact.type, timestamp: fact.created_at, data: fact });
    const isOverlap = target.previous_until !== null && new Date(target.previous_until) > now;
    const previous = isOverlap ? box.open(target, "sealed_previous") : undefined;
    const secrets = [box.open(target, "sealed_secret"), previous].flatMap((secret) => secret ?? []);
    return { kind, address, subject: "", body, secrets };
  }
  const notice = noticeOf(fact, env.publicUrl, title);
  const body = kind === "slack" ? JSON.stringify({ text: slackText(notice) }) : notice.text;
  return { kind, address, subject: notice.subject, body, secrets: [] };
}

/** Returns the headers of an attempt at this time. After a rotation, both secrets sign. */
export function headersOf(
  { id, body, secrets }: Pick<Static<typeof Sending>, "id" | "body" | "secrets">,
  at: Date,
): Record<string, string> {
  const common = { "content-type": "application/json", "user-agent": "Bailiwick" };
  if (secrets.length === 0) return common;
  const signatures = secrets.map((secret) => new Signer(secret).sign(id, at, body));
  return {
    ...common,
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": signatures.join(" "),
  };
}
