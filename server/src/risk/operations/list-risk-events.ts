import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, Id, PageInput } from "../../kernel/schema.ts";
import { liftable } from "../headroom.ts";
import { RiskEvent, RiskEventPage } from "../schema.ts";
import { listRiskEvents as listRows } from "../store/events.ts";

export const listRiskEvents = query({
  name: "risk.list_events",
  summary: "List the times that a value crossed a risk policy, newest first, with what followed.",
  route: "GET /risk/events",
  permission: "risk:read",
  input: Fields({
    ...PageInput,
    policy_id: Type.Optional(Id),
    agent_id: Type.Optional(Id),
    status: Type.Optional(RiskEvent.properties.status),
  }),
  output: RiskEventPage,
  problems: [],
  async run({ tx }, { policy_id, agent_id, status, ...page }) {
    const { items, next_cursor } = await listPage(tx, page, {
      shapes: [CURSOR.id],
      rows: ([before = null]: readonly (string | null)[] = []) => listRows(tx, { policy_id, agent_id, status }, before),
      key: ({ id }) => [id],
    });
    const quiet = await liftable(tx, items);
    return { items: items.map((event) => ({ ...event, lift_proposed: quiet.has(event.id) })), next_cursor };
  },
});
