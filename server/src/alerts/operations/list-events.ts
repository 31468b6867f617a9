import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, Id, PageInput } from "../../kernel/schema.ts";
import { AlertEventPage } from "../schema.ts";
import { listEvents as listRows } from "../store/events.ts";

export const listEvents = query({
  name: "alerts.list_events",
  summary: "List the alerts that fired, newest first.",
  route: "GET /obs/alerts/events",
  permission: "alerts:read",
  input: Fields({ ...PageInput, rule_id: Type.Optional(Id), is_acknowledged: Type.Optional(Type.Boolean()) }),
  output: AlertEventPage,
  problems: [],
  run: ({ tx }, { limit, cursor, ...filters }) =>
    listPage(
      tx,
      { limit, cursor },
      {
        shapes: [CURSOR.id],
        rows: ([before = null]: readonly (string | null)[] = []) => listRows(tx, filters, before),
        key: ({ id }) => [id],
      },
    ),
});
