import { uuidv7 } from "uuidv7";
import { listAgentNames } from "../../agents/index.ts";
import { nanosFromUsd } from "../../kernel/money.ts";
import { changed, command } from "../../kernel/operation.ts";
import { invalid, notFound, Problem } from "../../kernel/problem.ts";
import { lockWorkspace } from "../../tiers/index.ts";
import { feeCreated } from "../facts.ts";
import { FEES_MAX, Fee, NewFee } from "../fee-schema.ts";
import { insertFee, listFees } from "../store/fees.ts";
import { feeToWire } from "../to-wire.ts";

export const createFee = command({
  name: "obs.create_fee",
  summary: "Add a fee that is due each month, such as that of a subscription, for an agent or the whole workspace.",
  description:
    "Costs and the overview show fees spread by day in fees_usd, apart from the costs of calls. To change a fee, end it " +
    "and add another one.",
  route: "POST /obs/fees",
  status: 201,
  permission: "obs:manage",
  input: NewFee,
  output: Fee,
  problems: ["not_found", "conflict"],
  async run({ tx }, { name, agent_id = null, monthly_usd, first_day, last_day = null }) {
    if (last_day !== null && last_day < first_day) throw invalid("/last_day", "is before first_day.");
    if (agent_id !== null && !(await listAgentNames(tx, [agent_id])).has(agent_id)) throw notFound("agent", agent_id);
    // The lock keeps two callers from passing the limit together.
    await lockWorkspace(tx);
    if ((await listFees(tx)).length >= FEES_MAX)
      throw new Problem("conflict", `A workspace has at most ${FEES_MAX} fees.`, { next_step: "Delete old ones." });
    const row = { id: uuidv7(), agent_id, name, monthly_nanos: nanosFromUsd(monthly_usd), first_day, last_day };
    await insertFee(tx, row);
    const { id, ...fee } = feeToWire(row);
    return changed({ id, ...fee }, feeCreated(tx.workspace, { fee_id: id, ...fee }, { agent_id }));
  },
});
