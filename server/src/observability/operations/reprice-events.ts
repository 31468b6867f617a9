import { usdFromNanos } from "../../kernel/money.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { invalid } from "../../kernel/problem.ts";
import { batchPrices } from "../cost-event.ts";
import { eventsRepriced } from "../facts.ts";
import { Repriced, RepriceInput } from "../price-schema.ts";
import { repriceParts, unpricedModels } from "../reprice.ts";
import { listOverrides } from "../store/overrides.ts";

const FIRST = "00000000-0000-0000-0000-000000000000";

export const repriceEvents = command({
  name: "obs.reprice",
  summary:
    "Compute the costs of stored events again with the prices that are known now, and change every sum with them.",
  description:
    "Amounts that a sender reported stay. A call looks at 20,000 events: repeat it with continue_from, until that is null. " +
    "Each call changes its events and all sums together, and a repeat changes nothing. Days whose events are no longer " +
    "kept stay as they are.",
  route: "POST /obs/reprice",
  permission: "obs:manage",
  input: RepriceInput,
  output: Repriced,
  problems: [],
  async run({ tx }, { from = null, to = null, models = null, continue_from: after = FIRST }) {
    if (from !== null && to !== null && from > to) throw invalid("/from", "is after to.");
    const prices = batchPrices(await listOverrides(tx));
    const counts = await repriceParts(tx, { after, from, to, models }, prices);
    const { events, priced, difference, listDifference, next } = counts;
    const repriced: Repriced = {
      events,
      priced,
      changed: counts.changed,
      still_unpriced: unpricedModels(counts),
      difference_usd: usdFromNanos(difference),
      list_difference_usd: usdFromNanos(listDifference),
      continue_from: next ?? null,
    };
    if (counts.changed === 0) return unchanged(repriced);
    const { still_unpriced: _models, continue_from: _next, ...data } = repriced;
    return changed(repriced, eventsRepriced(tx.workspace, { ...data, from, to, models }));
  },
});
