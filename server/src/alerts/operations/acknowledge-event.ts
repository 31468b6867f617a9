import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { alertAcknowledged } from "../facts.ts";
import { AlertEvent } from "../schema.ts";
import { lockEvent, markEvent } from "../store/events.ts";

export const acknowledgeEvent = command({
  name: "alerts.acknowledge_event",
  summary: "Acknowledge an alert, so that it waits for nobody any more. A repeat changes nothing.",
  route: "POST /obs/alerts/events/{id}/acknowledge",
  permission: "alerts:acknowledge",
  pastQuota: "passes",
  input: Fields({ id: Id }),
  output: AlertEvent,
  problems: ["not_found"],
  async run({ tx, actor, now }, { id }) {
    const event = await lockEvent(tx, id);
    if (event.acknowledged_at !== null) return unchanged(event);
    const marks = { acknowledged_at: now.toISOString(), acknowledged_by_user_id: actor.id };
    await markEvent(tx, id, marks);
    const { rule_id, rule_name: name, agent_id } = event;
    return changed({ ...event, ...marks }, alertAcknowledged(rule_id, { event_id: id, name }, { agent_id }));
  },
});
