/** Programs that join with a device code, from the request to the key. */
import { afterEach, describe, expect, test } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import { aDevice, type WaitingDevice } from "../../test/harness/devices.ts";
import { aPerson, aWorkspace, factsOf, problemOf, requestInfo, useApp } from "../../test/harness/harness.ts";
import { outcomesOf, times } from "../../test/harness/outcomes.ts";
import { ownFirst } from "../../test/harness/scene.ts";
import { runJobs } from "../../test/harness/team.ts";
import { archiveAgent } from "../agents/operations/archive-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { updateMember } from "../workspaces/operations/update-member.ts";
import { deviceJobs } from "./jobs.ts";
import { approveDevice } from "./operations/approve-device.ts";
import { denyDevice } from "./operations/deny-device.ts";
import { findDevice } from "./operations/find-device.ts";
import { takeDeviceKey } from "./operations/take-device-key.ts";
import { CODES_OF_NETWORK, ENTRIES_OF_PERSON, INTERVAL_SECONDS, lettersOf, userCodeOf } from "./rules.ts";

const app = useApp();
const MINUTE_MS = 60_000;

afterEach(() => {
  app().clock.offsetMs = 0;
});

interface Taken {
  key: string;
  agent_id: string;
  workspace_id: string;
}

async function take({ device_code }: Pick<WaitingDevice, "device_code">): Promise<Taken> {
  const call = { input: { device_code }, request: requestInfo() };
  // The output of the operation.
  return (await app().dispatcher.dispatchPublic(takeDeviceKey, call)).output as Taken;
}

const codeOf = async (work: Promise<unknown>) => (await problemOf(work)).code;
const approve = (by: Actor, { user_code }: WaitingDevice, agent: { agent_id: string } | { new_agent_name: string }) =>
  app().call(approveDevice, by, { user_code, ...agent });
const later = () => {
  app().clock.offsetMs += (INTERVAL_SECONDS + 1) * 1_000;
};

async function aCrew() {
  const workspace = await aWorkspace(app());
  const agent = await anAgent(app(), workspace);
  return { ...workspace, workspace, agent, device: await aDevice(app()) };
}

describe("a program with a code", () => {
  test("waits, and once approved takes a working key of the agent, once", async () => {
    const { id, owner, agent, device } = await aCrew();
    expect(device.verification_url).toContain(`/device?code=${device.user_code}`);
    expect(await codeOf(take(device))).toBe("authorization_pending");
    expect(await codeOf(take(device))).toBe("slow_down");
    later();
    expect(await codeOf(take(device))).toBe("authorization_pending");
    const typed = ` ${device.user_code.toLowerCase().replace("-", "")} `;
    const shown = await app().call(findDevice, owner, { user_code: typed });
    expect(shown).toMatchObject({ client_name: "Claude Code", agent_name: null });
    await approve(owner, device, { agent_id: agent.id });
    const taken = await take(device);
    expect(taken).toMatchObject({ agent_id: agent.id, workspace_id: id });
    const actor = await app().authenticate({ authorization: `Bearer ${taken.key}` });
    expect(actor).toMatchObject({ kind: "agent", id: agent.id, workspace: id });
    expect(await codeOf(take(device))).toBe("expired_token");
    const facts = (await factsOf(app(), id)).filter(({ subject_id }) => [shown.id, actor.key_id].includes(subject_id));
    expect(facts.map(({ type, actor_id }) => [type, actor_id])).toEqual([
      ["device.approved", owner.id],
      ["key.created", owner.id],
      ["device.used", owner.id],
    ]);
    const { rows } = await app().admin.query(
      "select created_by_user_id, responsible_user_id from api_keys where id = $1",
      [actor.key_id],
    );
    expect(rows).toEqual([{ created_by_user_id: owner.id, responsible_user_id: owner.id }]);
    const stored = await app().admin.query("select t::text as row from device_codes t where id = $1", [shown.id]);
    for (const secret of [device.device_code, lettersOf(device.user_code), taken.key])
      expect(stored.rows[0].row).not.toContain(secret);
  });

  test("joins as a new agent", async () => {
    const { owner, device } = await aCrew();
    const { agent_id } = await approve(owner, device, { new_agent_name: "Newcomer" });
    expect((await take(device)).agent_id).toBe(agent_id);
  });

  test("is refused when a person denies", async () => {
    const { id, owner, device } = await aCrew();
    const denied = await app().call(denyDevice, owner, { user_code: device.user_code });
    expect(await codeOf(take(device))).toBe("access_denied");
    expect((await factsOf(app(), id, denied.id)).map(({ type }) => type)).toEqual(["device.denied"]);
  });

  test("gets nothing after ten minutes, and the row is deleted", async () => {
    const { owner, agent, device } = await aCrew();
    await approve(owner, device, { agent_id: agent.id });
    const waiting = await aDevice(app());
    app().clock.offsetMs = 11 * MINUTE_MS;
    for (const one of [device, waiting, { device_code: "unknown" }]) {
      expect(await codeOf(take(one))).toBe("expired_token");
    }
    expect(await codeOf(app().call(findDevice, owner, { user_code: waiting.user_code }))).toBe("not_found");
    await runJobs(app(), deviceJobs());
    expect((await app().admin.query("select from device_codes")).rowCount).toBe(0);
  });

  test("gets nothing when the approver lost the role, or the agent was archived", async () => {
    const { id, owner, workspace, agent, device } = await aCrew();
    await ownFirst({ app: app(), owner });
    const admin = await aPerson(app(), id, "admin");
    await approve(admin, device, { agent_id: agent.id });
    await app().call(updateMember, owner, { id, user_id: admin.id, role: "member" });
    expect(await codeOf(take(device))).toBe("access_denied");
    const other = await anAgent(app(), workspace);
    const second = await aDevice(app());
    await approve(owner, second, { agent_id: other.id });
    await app().call(archiveAgent, owner, { id: other.id });
    expect(await codeOf(take(second))).toBe("access_denied");
  });
});

describe("a decision", () => {
  test("is for signed-in owners and admins, never for keys", async () => {
    const { id, owner, agent, device } = await aCrew();
    const made = await app().call(createKey, owner, { kind: "service", name: "Script", scopes: ["keys:write"] });
    const script = await app().authenticate({ authorization: `Bearer ${made.key}` });
    const member = await aPerson(app(), id, "member");
    const { user_code } = device;
    for (const by of [script, member, agent]) {
      expect(await codeOf(app().call(findDevice, by, { user_code }))).toBe("forbidden");
      expect(await codeOf(approve(by, device, { agent_id: agent.id }))).toBe("forbidden");
      expect(await codeOf(app().call(denyDevice, by, { user_code }))).toBe("forbidden");
    }
    expect(await codeOf(take(device))).toBe("authorization_pending");
  });

  test("names one agent of the workspace, and is made once", async () => {
    const { owner, agent, device } = await aCrew();
    const foreign = await aCrew();
    const both = { agent_id: agent.id, new_agent_name: "Both" };
    expect(await codeOf(approve(owner, device, both))).toBe("invalid_input");
    expect(await codeOf(approve(owner, device, { agent_id: foreign.agent.id }))).toBe("not_found");
    await approve(owner, device, { agent_id: agent.id });
    expect(await codeOf(approve(owner, device, { agent_id: agent.id }))).toBe("already_decided");
    expect(await codeOf(approve(foreign.owner, device, { agent_id: foreign.agent.id }))).toBe("not_found");
  });

  test("has one outcome when two are made at once, and one taker gets the key", async () => {
    const { id, owner, agent, device } = await aCrew();
    const decisions = await outcomesOf<unknown>([
      approve(owner, device, { agent_id: agent.id }),
      app().call(denyDevice, owner, { user_code: device.user_code }),
    ]);
    expect(decisions).toMatchObject({ done: [expect.anything()], refused: { already_decided: 1 } });
    const approved = await aDevice(app());
    await approve(owner, approved, { agent_id: agent.id });
    const before = (await app().admin.query("select from api_keys where workspace_id = $1", [id])).rowCount ?? 0;
    const takers = await outcomesOf(times(5, () => take(approved)));
    expect(takers).toMatchObject({ done: [expect.anything()], refused: { expired_token: 4 } });
    expect((await app().admin.query("select from api_keys where workspace_id = $1", [id])).rowCount).toBe(before + 1);
  });
});

describe("the limits", () => {
  test("count the codes that a network requests", async () => {
    const ip = "203.0.113.9";
    for (let made = 0; made < CODES_OF_NETWORK.perMinute; made++) await aDevice(app(), ip);
    expect(await problemOf(aDevice(app(), ip))).toMatchObject({
      code: "rate_limited",
      details: { retry_after_seconds: expect.any(Number) },
    });
    await aDevice(app());
  });

  test("count the codes that a person enters, also wrong ones, which are facts", async () => {
    const { id, owner, device } = await aCrew();
    const enter = (user_code: string) => codeOf(app().call(findDevice, owner, { user_code }));
    for (let entered = 0; entered < ENTRIES_OF_PERSON.perMinute; entered++)
      expect(await enter("BBBB")).toBe("not_found");
    expect(await enter(device.user_code)).toBe("rate_limited");
    const facts = (await factsOf(app(), id)).filter(({ type }) => type === "device.code_refused");
    expect(facts).toHaveLength(ENTRIES_OF_PERSON.perMinute);
  });
});

test("a user code takes only fair bytes", () => {
  expect(userCodeOf(Uint8Array.from([250, 0, 1, 2, 3, 4, 5, 6, 7, 255]))).toBe("BCDF-GHJK");
  expect(userCodeOf(new Uint8Array(32).fill(255))).toBeUndefined();
});
