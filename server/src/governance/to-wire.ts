/** Converts requests and grants to their shapes on the wire. */
import { columnsOf, only } from "../kernel/db/columns.ts";
import { usdFromNanos } from "../kernel/money.ts";
import { isGrantOver } from "./grant-rules.ts";
import { isOver } from "./rules.ts";
import { type Grant, type GrantRow, PolicyRequest, type RequestRow } from "./schema.ts";

const SHOWN = columnsOf(PolicyRequest);

/** A request whose time is over is expired, also before the sweep marks it. */
export function requestToWire(row: RequestRow, at: Date): PolicyRequest {
  const request = only(row, SHOWN);
  return isOver(row, at) ? { ...request, status: "expired" } : request;
}

export function grantToWire(row: GrantRow, at: Date): Grant {
  const { max_spend_delta_nanos: most, spend_delta_nanos: used, ...grant } = row;
  const status = isGrantOver(row, at) ? "expired" : row.status;
  const active = status === "active" && Date.parse(row.valid_from) <= at.getTime();
  const leftMs = Date.parse(row.valid_to) - at.getTime();
  return {
    ...grant,
    status,
    active,
    max_spend_delta: most === null ? null : usdFromNanos(most),
    uses_left: row.max_uses === null ? null : row.max_uses - row.uses,
    spend_delta_left: most === null ? null : usdFromNanos(most - used),
    seconds_left: active ? Math.ceil(leftMs / 1_000) : 0,
  };
}
