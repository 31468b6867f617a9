/** Makes the request, or the mail, of a delivery. */
import type { Static } from "typebox";
import type { Environment } from "../kernel/environment.ts";
import { shortData } from "../kernel/facts/insert.ts";
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
    const body = bodyOf(fact);
    const isOverlap = target.previous_until !== null && new Date(target.previous_until) > now;
    const previous = isOverlap ? box.open(target, "sealed_previous") : undefined;
    const secrets = [box.open(target, "sealed_secret"), previous].flatMap((secret) => secret ?? []);
    return { kind, address, subject: "", body, secrets };
  }
  const notice = noticeOf(fact, env.publicUrl, title);
  const body = kind === "slack" ? JSON.stringify({ text: slackText(notice) }) : notice.text;
  return { kind, address, subject: notice.subject, body, secrets: [] };
}

/** Receivers often refuse larger bodies, and a body is sent up to seven times. */
const BODY_BYTES_MAX = 64 * 1024;

/** A larger fact comes with the short form of its data, as in lists. */
function bodyOf(fact: FactOnWire): string {
  const { type, created_at: timestamp } = fact;
  const body = JSON.stringify({ type, timestamp, data: fact });
  if (Buffer.byteLength(body) <= BODY_BYTES_MAX) return body;
  return JSON.stringify({ type, timestamp, data: { ...fact, data: shortData(fact.data) } });
}
