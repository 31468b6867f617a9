import type { Static } from "typebox";
import type { Channel, Delivery, OutboxRow, TargetRow, Webhook } from "./schema.ts";

function stateOf(row: TargetRow) {
  const { is_enabled, disabled_reason, consecutive_failures, last_status, last_error, last_delivered_at } = row;
  const { pending, created_at } = row;
  const failing = { consecutive_failures, last_status, last_error, last_delivered_at };
  return { is_enabled, disabled_reason, ...failing, pending, created_at };
}

export function webhookToWire(row: TargetRow): Webhook {
  const { id, shown: url, fact_types, name: description } = row;
  return { id, url, fact_types, description, ...stateOf(row) };
}

export function channelToWire(row: TargetRow): Channel {
  const { id, kind, name, shown: target, purposes } = row;
  return { id, kind, name, target, for: purposes, ...stateOf(row) };
}

export function toWire(row: OutboxRow): Static<typeof Delivery> {
  const { id, target_id: webhook_id, fact_id, fact_type, attempt, status, response_status, response_start } = row;
  const { error, next_attempt_at, created_at, finished_at } = row;
  const answer = { attempt, status, response_status, response_start, error };
  return { id, webhook_id, fact_id, fact_type, ...answer, next_attempt_at, created_at, finished_at };
}
