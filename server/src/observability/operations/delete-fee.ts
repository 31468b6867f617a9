import { changed, command } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { feeDeleted } from "../facts.ts";
import { Fee } from "../fee-schema.ts";
import { deleteFee as deleteRow, lockFee } from "../store/fees.ts";
import { feeToWire } from "../to-wire.ts";

export const deleteFee = command({
  name: "obs.delete_fee",
  summary: "Delete a monthly fee, also of the days before. To keep those, end the fee.",
  route: "POST /obs/fees/{id}/delete",
  permission: "obs:manage",
  pastQuota: "passes",
  input: Fields({ id: Id }),
  output: Fee,
  problems: ["not_found"],
  async run({ tx }, { id }) {
    const fee = feeToWire(await lockFee(tx, id));
    await deleteRow(tx, id);
    const { id: fee_id, ...data } = fee;
    return changed(fee, feeDeleted(tx.workspace, { fee_id, ...data }, { agent_id: fee.agent_id }));
  },
});
