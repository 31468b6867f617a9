import { query } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { AlertRule } from "../schema.ts";
import { getRule as getRow } from "../store/rule-rows.ts";
import { toWire } from "../to-wire.ts";

export const getRule = query({
  name: "alerts.get_rule",
  summary: "Read one alert rule.",
  route: "GET /obs/alerts/rules/{id}",
  permission: "alerts:read",
  input: Fields({ id: Id }),
  output: AlertRule,
  problems: ["not_found"],
  run: async ({ tx }, { id }) => toWire(await getRow(tx, id)),
});
