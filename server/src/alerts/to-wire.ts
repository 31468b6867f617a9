import { columnsOf, only } from "../kernel/db/columns.ts";
import { AlertRule, type RuleRow } from "./schema.ts";

const SHOWN = columnsOf(AlertRule);

export function toWire(row: RuleRow): AlertRule {
  return only(row, SHOWN);
}
