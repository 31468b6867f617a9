import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, Id, PageInput } from "../../kernel/schema.ts";
import { DeliveryPage, DeliveryStatus } from "../schema.ts";
import { listRows } from "../store/rows.ts";
import { getTarget } from "../store/targets.ts";
import { toWire } from "../to-wire.ts";

export const listDeliveries = query({
  name: "webhooks.list_deliveries",
  summary: "List the deliveries of a webhook, newest first. They are kept for 30 days.",
  route: "GET /webhooks/{id}/deliveries",
  permission: "webhooks:read",
  input: Fields({ id: Id, ...PageInput, status: Type.Optional(DeliveryStatus) }),
  output: DeliveryPage,
  problems: ["not_found"],
  async run({ tx }, { id, limit, cursor, status }) {
    await getTarget(tx, "webhook", id);
    const { items, next_cursor } = await listPage(
      tx,
      { limit, cursor },
      {
        shapes: [CURSOR.id],
        rows: ([before] = []) => listRows(tx, id, { ...(before && { before }), ...(status && { status }) }),
        key: (row) => [row.id],
      },
    );
    return { items: items.map(toWire), next_cursor };
  },
});
