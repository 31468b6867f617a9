/** A change of a membership or a tier on one server process takes effect on the other at once. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { archiveAgent } from "../src/agents/operations/archive-agent.ts";
import { systemActor } from "../src/kernel/actor.ts";
import type { Operation, PublicCommand } from "../src/kernel/operation.ts";
import { createKey } from "../src/keys/operations/create-key.ts";
import { revokeKey } from "../src/keys/operations/revoke-key.ts";
import { getTier, setTier } from "../src/tiers/operations.ts";
import { removeMember } from "../src/workspaces/operations/remove-member.ts";
import { updateMember } from "../src/workspaces/operations/update-member.ts";
import { aPerson, requestInfo, useApp } from "./harness/harness.ts";
import { soon } from "./harness/latch.ts";
import { aProcess, type TestProcess } from "./harness/processes.ts";
import { aScene, aSession } from "./harness/scene.ts";

const app = useApp();
let one: TestProcess;
let two: TestProcess;
beforeAll(async () => {
  [one, two] = await Promise.all([aProcess(app()), aProcess(app())]);
});
afterAll(() => Promise.all([one.close(), two.close()]));

type Permitted = Exclude<Operation, PublicCommand>;
const onOne = async (operation: Permitted, actor: Parameters<typeof one.dispatcher.dispatch>[1], input: object) =>
  (await one.dispatcher.dispatch(operation, actor, { input, request: requestInfo() })).output;

/** The second process has cached the credential before the first process changes something. */
async function remembered(credentials: Parameters<typeof two.authenticate>[0]) {
  await two.authenticate(credentials);
  return () =>
    two.authenticate(credentials).then(
      ({ role }) => role ?? "key",
      ({ status }) => status,
    );
}

it("a key that is revoked, or whose agent is archived, is refused on the other process", async () => {
  const { owner, agent } = await aScene(app());
  for (const end of [
    (id: string) => onOne(revokeKey, owner, { id }),
    () => onOne(archiveAgent, owner, { id: agent.id }),
  ]) {
    const { id, key } = await app().call(createKey, owner, { kind: "agent", agent_id: agent.id, name: "k" });
    const ask = await remembered({ authorization: `Bearer ${key}` });
    await end(id);
    await soon(ask).toBe(401);
  }
});

it("a removed member and a changed role take effect on the other process, also for their keys", async () => {
  const scene = await aScene(app());
  const { owner, workspace } = scene;
  const member = await aPerson(app(), workspace.id, "admin");
  const { token } = await aSession(scene, member);
  const { key } = await app().call(createKey, member, { kind: "service", scopes: ["ingest"], name: "k" });
  const ask = await remembered({ session: token, workspace: workspace.id });
  const askKey = await remembered({ authorization: `Bearer ${key}` });
  await onOne(updateMember, owner, { id: workspace.id, user_id: member.id, role: "viewer" });
  await soon(ask).toBe("viewer");
  await onOne(removeMember, owner, { id: workspace.id, user_id: member.id });
  await soon(ask).toBe(404);
  await soon(askKey).toBe(401);
});

it("a changed tier counts on the other process with the next command, with or without a notification", async () => {
  const { owner, workspace } = await aScene(app());
  const operator = systemActor("operator", workspace.id);
  for (const tier_name of ["pro", "free"] as const) {
    await onOne(setTier, operator, { tier_name });
    const { output } = await two.dispatcher.dispatch(getTier, owner, { input: {}, request: requestInfo() });
    expect(output).toMatchObject({ tier_name });
  }
});
