import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Problem } from "../kernel/problem.ts";
import {
  cloneDraft,
  configureNew,
  exportedConfig,
  presenceState,
  reconfigure,
  requireStep,
  restoredConfig,
  STEPS,
  type StepName,
  statusAfter,
} from "./rules.ts";
import { AGENT_STATUSES, type AgentDraft } from "./schema.ts";
import { showSecrets } from "./secret-rules.ts";

const ID = "0190c8a0-0000-7000-8000-000000000001";

function configOf(draft: Partial<AgentDraft> = {}) {
  return configureNew({ name: "Ada", ...draft }).config;
}

describe("steps", () => {
  const steps = Object.keys(STEPS) as StepName[];

  test("start only from the states in the table", () => {
    fc.assert(
      fc.property(fc.constantFrom(...AGENT_STATUSES), fc.constantFrom(...steps), (status, step) => {
        const isAllowed = (STEPS[step].from as readonly string[]).includes(status);
        const attempt = () => requireStep({ id: ID, status }, step);
        if (isAllowed) expect(attempt).not.toThrow();
        else expect(attempt).toThrow(Problem);
      }),
    );
  });

  test.each([
    ["active", "pause", "paused"],
    ["paused", "pause", "paused"],
    ["paused", "resume", "active"],
    ["active", "resume", "active"],
    ["active", "archive", "archived"],
    ["paused", "archive", "archived"],
    ["archived", "archive", "archived"],
  ] as const)("%s, %s: %s", (status, step, to) => {
    expect(statusAfter({ id: ID, status }, step)).toBe(to);
  });

  test.each(["pause", "resume"] as const)("an archived agent refuses %s and names both states", (step) => {
    expect(() => statusAfter({ id: ID, status: "archived" }, step)).toThrow(
      `is archived; ${step} needs it ${STEPS[step].from.join(" or ")}`,
    );
  });
});

describe("configurations", () => {
  test("the defaults are the predecessor's", () => {
    expect(configOf({ name: "  Ada " })).toMatchObject({
      name: "Ada",
      description: "",
      avatar_emoji: "🤖",
      avatar_url: null,
      personality: null,
      agent_type: "direct",
      llm_config: {},
      auth_config: {},
    });
  });

  test("an update with the present values changes nothing", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), (settings) => {
        const config = configOf({ identity_config: { settings }, auth_config: { token: "x" } });
        expect(reconfigure(config, config).changed_fields).toEqual([]);
      }),
    );
  });

  test("a secret that is sent counts as a change, one kept as set does not", () => {
    const config = configOf({ llm_config: { api_key: "x", model: "m" } });
    const sent = reconfigure(config, { llm_config: { api_key: "x", model: "m" } });
    expect([sent.changed_fields, [...sent.given], sent.gone]).toEqual([
      ["llm_config"],
      [["/llm_config/api_key", "x"]],
      [],
    ]);
    const kept = reconfigure(config, { llm_config: { api_key: "set", model: "n" } });
    expect([kept.changed_fields, [...kept.given], kept.gone]).toEqual([["llm_config"], [], []]);
  });

  test.each([{}, { api_key: null }, { api_key: "" }])("a secret is forgotten by %j", (llm_config) => {
    const next = reconfigure(configOf({ llm_config: { api_key: "x" } }), { llm_config });
    expect(next.gone).toEqual(["/llm_config/api_key"]);
  });

  test("set without a stored secret is refused", () => {
    expect(() => configOf({ llm_config: { api_key: "set" } })).toThrow("no stored secret");
    const config = configOf({ auth_config: { token: "x" } });
    expect(() => reconfigure(config, { auth_config: { token: "set", password: "set" } })).toThrow("no stored secret");
  });

  test.each([
    [{ avatar_url: "javascript:alert(1)" }],
    [{ avatar_url: "ws://example.org" }],
    [{ avatar_url: "/logo.png" }],
    [{ connection_url: "ftp://example.org" }],
    [{ connection_url: "http://" }],
    [{ connection_url: "wss://user:pass@example.org" }],
  ])("an address that is none is refused: %j", (draft) => {
    expect(() => configOf(draft)).toThrow(Problem);
  });

  test("the configurations have a limit together", () => {
    const large = { text: "x".repeat(150_000) };
    expect(() => configOf({ llm_config: large, identity_config: large })).toThrow("bytes together");
  });

  test("restoring keeps the secrets that have a place in both, and leaves the others out", () => {
    const earlier = configOf({ llm_config: { api_key: "1" }, auth_config: { token: "2" } });
    const now = configOf({ llm_config: { api_key: "3" }, moltbook_config: { api_key: "4" } });
    const next = reconfigure(now, restoredConfig(now, earlier));
    expect(showSecrets(next.config)).toMatchObject({
      llm_config: { api_key: "set" },
      moltbook_config: {},
      auth_config: {},
    });
    expect([next.given.size, next.gone]).toEqual([0, ["/moltbook_config/api_key"]]);
  });
});

test("a clone's name ends in (Copy) and fits for every name of the source", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 100, unit: "binary" }), (text) => {
      const name = [...`A${text}`].slice(0, 100).join("");
      const copy = cloneDraft(configOf({ name })).name;
      expect(copy.endsWith(" (Copy)")).toBe(true);
      expect([...copy].length).toBeLessThanOrEqual(100);
    }),
  );
});

test("a clone does not copy picture, personality and is_featured", () => {
  const source = configOf({ is_featured: true, avatar_url: "https://example.org/a.png", personality: "calm" });
  expect(cloneDraft(source)).toMatchObject({ is_featured: false, avatar_url: null, personality: null });
});

test("an export contains no secret and no is_featured", () => {
  const exported = exportedConfig(configOf({ is_featured: true, llm_config: { api_key: "x", model: "m" } }));
  expect(exported.llm_config).toEqual({ model: "m" });
  expect(exported).not.toHaveProperty("is_featured");
});

test.each([
  [null, null, "offline"],
  [0, null, "online"],
  [119, null, "online"],
  [120, null, "stale"],
  [599, null, "stale"],
  [600, null, "offline"],
  // A lease that was lost after the last call, and one that was lost before it.
  [29, 10, "online"],
  [30, 10, "stale"],
  [30, 31, "online"],
  [600, 10, "offline"],
])("seen %s seconds ago, a lease lost %s seconds ago: %s", (seconds, lost, state) => {
  const now = new Date("2026-01-01T12:00:00Z");
  const ago = (past: number | null) => (past === null ? null : new Date(now.getTime() - past * 1_000).toISOString());
  expect(presenceState({ lastSeenAt: ago(seconds), leaseLostAt: ago(lost) }, now)).toBe(state);
});
