import { query } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { ActionDetail } from "../schema.ts";
import { getAction as getRow } from "../store/actions.ts";
import { detailToWire } from "../to-wire.ts";
import { requireVisible } from "../visible.ts";

export const getAction = query({
  name: "actions.get",
  summary: "Read an action with its attempts.",
  route: "GET /agent-actions/{id}",
  permission: "actions:read",
  input: Fields({ id: Id }),
  output: ActionDetail,
  problems: ["not_found"],
  async run({ tx, actor }, { id }) {
    const action = await getRow(tx, id);
    requireVisible(actor, action);
    return detailToWire(action, tx.now);
  },
});
