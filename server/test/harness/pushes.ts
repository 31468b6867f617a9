/** Push agents in tests: the rounds of the job, and the key that a push carries. */
import { createAgent } from "../../src/agents/operations/create-agent.ts";
import type { Answer, StandIn } from "../../src/connections/test-stand-in.ts";
import { createPushSender, type PushSenderOptions } from "../../src/external-agents/sender.ts";
import { listDueAgents } from "../../src/external-agents/store.ts";
import type { Actor } from "../../src/kernel/actor.ts";
import { getTask } from "../../src/tasks/operations/get-task.ts";
import { aTask } from "./builders.ts";
import { aWorkspace, type TestApp, type TestWorkspace } from "./harness.ts";
import { dispatchForOn, dispatchOn } from "./team.ts";

export interface Pushed {
  workspace: TestWorkspace;
  owner: Actor;
  id: string;
  secret: string;
}

/** Sends pushes as the job of a server does. */
export const pushSenderOf = (one: TestApp, more: Partial<PushSenderOptions> = {}) =>
  createPushSender({
    db: one.db,
    env: one.env,
    dispatch: dispatchOn(one),
    dispatchFor: dispatchForOn(one),
    outgoing: { allowed: one.env.settings.privateHosts },
    onError: (error) => {
      throw error;
    },
    ...more,
  });

export const json = (body: unknown, status = 200): Answer => ({ status, body: JSON.stringify(body) });
export const ACCEPT = (): Answer => ({ status: 202 });

export function pushesOn(app: () => TestApp, service: StandIn) {
  async function aPushAgent(fields: Record<string, unknown> = {}, given?: TestWorkspace): Promise<Pushed> {
    const workspace = given ?? (await aWorkspace(app()));
    const { owner } = workspace;
    const more = { agent_type: "http_api", connection_url: `${service.url}/agent`, delivery: "push", ...fields };
    const { id, push_secret = "" } = await app().call(createAgent, owner, { name: "Nautilus", ...more } as never);
    return { workspace, owner, id, secret: push_secret };
  }
  /** One round of the job of a server, for one workspace. */
  async function round({ workspace }: Pushed, one = app(), more: Partial<PushSenderOptions> = {}) {
    const due = (await one.db.outside(listDueAgents)).filter((found) => found.workspace === workspace.id);
    const sender = pushSenderOf(one, more);
    await sender.begin(due);
    return sender;
  }
  const serve = async (pushed: Pushed, one = app(), more: Partial<PushSenderOptions> = {}) =>
    (await round(pushed, one, more)).idle();
  const taskFor = ({ owner, id }: Pushed, more = {}) => aTask(app(), owner, { ...owner, id }, more);
  const read = ({ owner }: Pushed, { id }: { id: string }) => app().call(getTask, owner, { id });
  const bodies = () => service.received.map(({ text }) => JSON.parse(text));
  const keyActor = (key: string, one = app()) => one.authenticate({ authorization: `Bearer ${key}` });

  /** A task that the agent accepted, with the actor of its key. */
  async function anAccepted(given?: Pushed) {
    service.answer = ACCEPT;
    const pushed = given ?? (await aPushAgent());
    const task = await taskFor(pushed);
    await serve(pushed);
    const { key, fence } = bodies().at(-1);
    return { pushed, task, key, fence, actor: await keyActor(key) };
  }
  return { aPushAgent, round, serve, taskFor, read, bodies, keyActor, anAccepted };
}
