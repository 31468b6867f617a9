/** Converts gate rules to their shape on the wire. */
import { columnsOf, only } from "../kernel/db/columns.ts";
import { GateRule, type GateRuleRow } from "./schema.ts";

const SHOWN = columnsOf(GateRule);

export const gateRuleToWire = (rule: GateRuleRow): GateRule => only(rule, SHOWN);
