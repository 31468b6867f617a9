/** The billing mode of calls comes from the event, the key or the agent. Monthly fees stand apart from costs. */
import { describe, expect, it, onTestFinished } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import { aWorkspace, createSecondApp, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { updateAgent } from "../agents/operations/update-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { feeOnDay } from "./fee-rules.ts";
import { createFee } from "./operations/create-fee.ts";
import { deleteFee } from "./operations/delete-fee.ts";
import { endFee } from "./operations/end-fee.ts";
import { getOverview } from "./operations/get-overview.ts";
import { ingestEvents } from "./operations/ingest-events.ts";
import { listEvents } from "./operations/list-events.ts";
import { listFees } from "./operations/list-fees.ts";
import { summarizeCosts } from "./operations/summarize-costs.ts";

const app = useApp();
const CALL = { event_type: "llm_call", provider: "anthropic", model: "claude-opus-4-5", tokens_in: 1_000_000 };

async function aSender() {
  const workspace = await aWorkspace(app());
  const worker = await anAgent(app(), workspace);
  return { workspace, owner: workspace.owner, worker };
}

describe("the billing mode of a call", () => {
  it("is that of the event, else of the key, else of the agent, else metered", async () => {
    const { owner, worker } = await aSender();
    const agent = { kind: "agent" as const, agent_id: worker.id, name: "k" };
    const plain = await app().call(createKey, owner, agent);
    const planned = await app().call(createKey, owner, { ...agent, billing_mode: "included" });
    const send = async (key_id: string | null, event: object = {}) => {
      await app().call(ingestEvents, { ...worker, key_id }, { ...CALL, ...event });
      const [item] = (await app().call(listEvents, owner, { limit: 1 })).items;
      return [item?.billing_mode, item?.cost_usd, item?.list_cost_usd];
    };
    expect(await send(plain.id)).toEqual(["metered", 5, 5]);
    await app().call(updateAgent, owner, { id: worker.id, billing_mode: "subscription" });
    expect(await send(null)).toEqual(["subscription", 0, 5]);
    expect(await send(plain.id)).toEqual(["subscription", 0, 5]);
    expect(await send(planned.id)).toEqual(["included", 0, 5]);
    expect(await send(planned.id, { billing_mode: "metered" })).toEqual(["metered", 5, 5]);
    // The next statement of a subscription: the overage is billed.
    expect(await send(plain.id, { cost_usd: 0.25 })).toEqual(["subscription", 0.25, 5]);
    const { items } = await app().call(summarizeCosts, owner, { group_by: "agent" });
    expect(items).toMatchObject([{ cost_usd: 10.25, list_cost_usd: 30 }]);
  });
});

describe("a monthly fee", () => {
  const A_FEE = { name: "Plan", monthly_usd: 100, first_day: "2026-01-15" };

  it("is spread over the days of each month exactly, and ends", async () => {
    // Costs are read as far back as the tier keeps them.
    app().clock.offsetMs = Date.parse("2026-05-01T12:00:00Z") - Date.now();
    onTestFinished(() => {
      app().clock.offsetMs = 0;
    });
    const { owner, worker, workspace } = await aSender();
    const own = await app().call(createFee, owner, { ...A_FEE, agent_id: worker.id });
    await app().call(createFee, owner, {
      name: "Seats",
      monthly_usd: 31,
      first_day: "2026-03-01",
      last_day: "2026-03-10",
    });
    const feesIn = async (from: string, to: string) => (await app().call(summarizeCosts, owner, { from, to })).fees_usd;
    expect(await feesIn("2026-02-01", "2026-02-28")).toBe(100);
    expect(await feesIn("2026-03-01", "2026-03-31")).toBe(110);
    expect(await feesIn("2026-01-01", "2026-01-14")).toBe(0);
    await app().call(endFee, owner, { id: own.id, last_day: "2026-02-14" });
    expect(await feesIn("2026-02-01", "2026-04-30")).toBe(60);
    expect((await app().call(listFees, worker, { limit: 1 })).items).toMatchObject([
      { name: "Seats", monthly_usd: 31 },
    ]);
    await app().call(deleteFee, owner, { id: own.id });
    expect(await feesIn("2026-02-01", "2026-02-28")).toBe(0);
    const types = (await factsOf(app(), workspace.id)).map(({ type }) => type).filter((type) => /^fee/.test(type));
    expect(types).toEqual(["fee.created", "fee.created", "fee.ended", "fee.deleted"]);
  });

  it("stands apart from the costs of calls, for its agent, its day and in the overview", async () => {
    const { owner, worker } = await aSender();
    await app().call(createFee, owner, { ...A_FEE, agent_id: worker.id });
    await app().call(ingestEvents, worker, CALL);
    const today = new Date().toISOString().slice(0, 10);
    const fee = { agent_id: worker.id, id: "", name: "", monthly_nanos: 100_000_000_000n, first_day: A_FEE.first_day };
    const fees_usd = Number(feeOnDay({ ...fee, last_day: null }, today)) / 1e9;
    for (const group_by of ["agent", "day"] as const) {
      const { items, total } = await app().call(summarizeCosts, owner, { group_by, from: today, to: today });
      expect(items).toMatchObject([{ cost_usd: 5, fees_usd }]);
      expect(total.cost_usd).toBe(5);
    }
    expect((await app().call(getOverview, owner, {})).today).toMatchObject({ cost_usd: 5, fees_usd });
  });

  it("belongs to owners and admins of its workspace, and has limits", async () => {
    const { owner, worker } = await aSender();
    const stranger = await aSender();
    const { id } = await app().call(createFee, owner, A_FEE);
    const add = (by: Actor, more: object = {}) => app().call(createFee, by, { ...A_FEE, ...more });
    expect(await problemOf(add(worker))).toMatchObject({ code: "forbidden" });
    expect(await problemOf(add(owner, { agent_id: stranger.worker.id }))).toMatchObject({ code: "not_found" });
    expect(await problemOf(add(owner, { last_day: "2026-01-14" }))).toMatchObject({ code: "invalid_input" });
    expect(await problemOf(add(owner, { monthly_usd: -1 }))).toMatchObject({ code: "invalid_input" });
    const end = { id, last_day: "2026-01-14" };
    expect(await problemOf(app().call(endFee, owner, end))).toMatchObject({ code: "invalid_input" });
    expect(await problemOf(app().call(endFee, stranger.owner, end))).toMatchObject({ code: "not_found" });
    expect(await problemOf(app().call(deleteFee, stranger.owner, { id }))).toMatchObject({ code: "not_found" });
    const second = createSecondApp(app());
    try {
      const gone = await Promise.allSettled([
        app().call(deleteFee, owner, { id }),
        second.call(deleteFee, owner, { id }),
      ]);
      expect(gone.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    } finally {
      await second.close();
    }
  });
});
