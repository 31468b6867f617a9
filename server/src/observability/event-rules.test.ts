/** Each rule of one event, and the words of its refusal. */
import { describe, expect, it } from "vitest";
import { readEvent } from "./event-rules.ts";

const NOW = new Date("2026-11-30T12:00:00.000Z");
const ID = "01a22ab1-b917-7532-836a-5e43612f0ead";
const CALL = { event_type: "llm_call", model: "claude-opus-4-5" };

describe("an event", () => {
  it("has defaults for what its sender left out", () => {
    expect(readEvent({ event_type: "metric", run_id: ID.toUpperCase() }, NOW).event).toMatchObject({
      status: "info",
      billing_mode: null,
      run_id: ID,
      tokens_in: null,
      cost_usd: null,
      payload: {},
      occurred_at: NOW.toISOString(),
    });
  });

  it("gets its provider from the payload when it has no field for it", () => {
    const provider = (event: object) => readEvent({ ...CALL, ...event }, NOW).event?.provider;
    expect(provider({ payload: { provider: "openai" } })).toBe("openai");
    expect(provider({ payload: { provider: "openai" }, provider: "azure" })).toBe("azure");
    expect(provider({ payload: { provider: 7 } })).toBeNull();
  });

  it("may come from another zone, a little ahead, or half a year late", () => {
    const at = (occurred_at: string) => readEvent({ ...CALL, occurred_at }, NOW).event?.occurred_at;
    expect(at("2026-11-30T14:03:00.5+02:00")).toBe("2026-11-30T12:03:00.500Z");
    expect(at("2026-11-30T12:04:59Z")).toBe("2026-11-30T12:04:59.000Z");
    expect(at("2026-06-04T12:00:00Z")).toBe("2026-06-04T12:00:00.000Z");
  });

  it.each<[unknown, string]>([
    ["text", "is not an object"],
    [null, "is not an object"],
    [[CALL], "is not an object"],
    [{}, "invalid event_type"],
    [{ event_type: "llm" }, "invalid event_type"],
    [{ ...CALL, status: "ok" }, "invalid status"],
    [{ ...CALL, billing_mode: "free" }, "invalid billing_mode"],
    [{ ...CALL, prompt: "x" }, "prompt is not a field"],
    [{ ...CALL, agent_id: "me" }, "agent_id is not an id"],
    [{ ...CALL, task_id: 5 }, "task_id is not an id"],
    [{ ...CALL, run_id: "" }, "run_id is not an id"],
    [{ ...CALL, model: " " }, "model must be a text"],
    [{ ...CALL, model: "m".repeat(201) }, "model must be a text"],
    [{ ...CALL, payload: { provider: "p".repeat(201) } }, "provider must be a text"],
    [{ ...CALL, tokens_in: -1 }, "tokens_in must be a number"],
    [{ ...CALL, tokens_in: 1.5 }, "tokens_in must be a whole number"],
    [{ ...CALL, tokens_in: "7" }, "tokens_in must be a number"],
    [{ ...CALL, tokens_out: 1e9 + 1 }, "tokens_out must be a number"],
    [{ ...CALL, cost_usd: -0.01 }, "cost_usd must be a number"],
    [{ ...CALL, cost_usd: 1_000_001 }, "cost_usd must be a number"],
    [{ ...CALL, latency_ms: 86_400_001 }, "latency_ms must be a number"],
    [{ ...CALL, dedupe_key: "k".repeat(256) }, "dedupe_key must be a text"],
    [{ ...CALL, payload: [] }, "payload must be an object"],
    [{ ...CALL, payload: { text: "x".repeat(65_536) } }, "payload is longer"],
    [{ ...CALL, tokens_in: 5, tokens_cached: 6 }, "tokens_cached"],
    [{ ...CALL, tokens_out: 5, tokens_reasoning: 6 }, "tokens_reasoning"],
    [{ ...CALL, occurred_at: "yesterday" }, "occurred_at must be a time"],
    [{ ...CALL, occurred_at: "2026-11-30" }, "occurred_at must be a time"],
    [{ ...CALL, occurred_at: "2026-11-30T12:06:00Z" }, "occurred_at is in the future"],
    [{ ...CALL, occurred_at: "2026-05-01T00:00:00Z" }, "occurred_at is more than 180 days ago"],
  ])("is rejected with its reason: %j", (event, reason) => {
    expect(readEvent(event, NOW).reason).toContain(reason);
  });
});
