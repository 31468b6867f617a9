import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { telemetryExpired } from "../facts.ts";
import { keptFrom } from "../retention.ts";
import { endRound, forgetTelemetry as forgetRows } from "../store/retention.ts";

/** One transaction deletes at most this number of rows. */
const ROWS_MAX = 5_000;

/** One turn of a workspace. The fact comes with the last turn of a round. */
export const forgetTelemetry = command({
  name: "obs.forget_telemetry",
  summary: "Delete a part of the telemetry that is older than the retention of the workspace.",
  route: "POST /internal/obs/forget-telemetry",
  internal: true,
  permission: "obs:sweep",
  input: Fields({}),
  output: Fields({ has_more: Type.Boolean() }),
  problems: [],
  async run({ tx }) {
    const before = await keptFrom(tx);
    const isDone = await forgetRows(tx, before, ROWS_MAX);
    if (isDone !== true) return unchanged({ has_more: isDone === false });
    const { rows, bytes } = await endRound(tx);
    if (Number(rows) === 0) return unchanged({ has_more: false });
    const data = { before, rows: Number(rows), bytes: Number(bytes) };
    return changed({ has_more: false }, telemetryExpired(tx.workspace, data));
  },
});
