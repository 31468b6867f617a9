import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { agentActor, aWorkspace, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { systemActor } from "../kernel/actor.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { getTier, setTier } from "./operations.ts";
import { requireFeature, requireRoom } from "./room.ts";
import { roomProblem } from "./rules.ts";
import { TIER_NAMES } from "./schema.ts";
import { TIERS } from "./tiers.ts";

const app = useApp();
const operator = (workspace: string) => systemActor("operator", workspace);

describe("reading", () => {
  test.each(TIER_NAMES)("the %s tier with its limits and what is used", async (tier) => {
    const { id, owner } = await aWorkspace(app(), tier);
    await app().call(createKey, owner, { kind: "service", name: "x", scopes: ["ingest"] });
    expect(await app().call(getTier, owner, {})).toEqual({
      workspace_id: id,
      tier_name: tier,
      limits: TIERS[tier],
      usage: { agents: 0, api_keys: 1, alert_rules: 0, attachment_bytes: 0, stored_bytes_today: 1_048_576 },
    });
  });

  test("is open to agents", async () => {
    const { id } = await aWorkspace(app(), "free");
    expect(await app().call(getTier, agentActor(id, randomUUID()), {})).toMatchObject({ tier_name: "free" });
  });
});

describe("changing", () => {
  test("counts at once and stores a fact with both names", async () => {
    const { id, owner } = await aWorkspace(app(), "free");
    await app().call(setTier, operator(id), { tier_name: "pro" });
    expect((await app().call(getTier, owner, {})).limits).toEqual(TIERS.pro);
    expect(await factsOf(app(), id)).toMatchObject([
      { type: "tier.changed", actor_kind: "system", subject_id: id, data: { from: "free", to: "pro" } },
    ]);
  });

  test("to the same tier stores nothing", async () => {
    const { id } = await aWorkspace(app(), "pro");
    await app().call(setTier, operator(id), { tier_name: "pro" });
    expect(await factsOf(app(), id)).toEqual([]);
  });

  test("to an unknown tier is refused, and so is every caller of the workspace", async () => {
    const { id, owner } = await aWorkspace(app(), "free");
    const wrong = app().call(setTier, operator(id), { tier_name: "gold" as never });
    expect((await problemOf(wrong)).code).toBe("invalid_input");
    expect((await problemOf(app().call(setTier, owner, { tier_name: "pro" }))).code).toBe("forbidden");
    expect(setTier.internal).toBe(true);
  });

  test("by concurrent callers makes a chain of facts without a gap", async () => {
    const { id } = await aWorkspace(app(), "free");
    const names = Array.from({ length: 12 }, (_, index) => TIER_NAMES[index % 4] ?? "free");
    await Promise.all(names.map((tier_name) => app().call(setTier, operator(id), { tier_name })));
    const { rows } = await app().admin.query("select data from facts where workspace_id = $1 order by seq", [id]);
    // Each fact begins where the one before ended, because the command locks the row before it reads the tier.
    rows.reduce((before, { data }) => {
      expect(data.from).toBe(before);
      return data.to;
    }, "free");
  });
});

describe("room", () => {
  test("is refused beyond the limit, whole or not at all", () => {
    const tier = { tier_name: "free" as const, limits: TIERS.free };
    expect(roomProblem(tier, "agent_limit", 1, 1)).toBeUndefined();
    expect(roomProblem(tier, "agent_limit", 1, 2)?.message).toBe("Agent limit reached: 1 of 2 on the free tier.");
    expect(roomProblem(tier, "alert_rule_limit", 0, 1)?.message).toBe(
      "Alert rules are not available on the free tier.",
    );
  });

  test("is counted one caller after another", async () => {
    const { id } = await aWorkspace(app(), "free");
    let counting = 0;
    let most = 0;
    const ask = () =>
      app().db.transaction(id, (tx) =>
        requireRoom(tx, "agent_limit", async () => {
          most = Math.max(most, ++counting);
          await tx.statement("pause", "select pg_sleep(0.02)", []);
          counting--;
          return 0;
        }),
      );
    await Promise.all([ask(), ask(), ask()]);
    expect(most).toBe(1);
  });

  test("does not block transactions that only write facts", async () => {
    const { id } = await aWorkspace(app(), "agency");
    await app().db.transaction(id, async (tx) => {
      await requireFeature(tx, "multi_workspace_enabled");
      await app().admin.query(
        `insert into facts (workspace_id, id, type, actor_kind, actor_id, subject_kind, subject_id, request_id)
         values ($1, gen_random_uuid(), 'test.done', 'system', 'test', 'test', gen_random_uuid(), 'r')`,
        [id],
      );
    });
  });
});
