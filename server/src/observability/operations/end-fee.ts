import { changed, command, unchanged } from "../../kernel/operation.ts";
import { invalid } from "../../kernel/problem.ts";
import { feeEnded } from "../facts.ts";
import { Fee, FeeEnd } from "../fee-schema.ts";
import { lockFee, saveLastDay } from "../store/fees.ts";
import { feeToWire } from "../to-wire.ts";

export const endFee = command({
  name: "obs.end_fee",
  summary: "Set the last day of a monthly fee.",
  route: "POST /obs/fees/{id}/end",
  permission: "obs:manage",
  pastQuota: "passes",
  input: FeeEnd,
  output: Fee,
  problems: ["not_found"],
  async run({ tx }, { id, last_day }) {
    const row = await lockFee(tx, id);
    if (last_day < row.first_day) throw invalid("/last_day", "is before first_day. Delete the fee instead.");
    const ended = { ...row, last_day };
    if (row.last_day === last_day) return unchanged(feeToWire(row));
    await saveLastDay(tx, ended);
    const { agent_id } = row;
    return changed(feeToWire(ended), feeEnded(tx.workspace, { fee_id: id, last_day }, { agent_id }));
  },
});
