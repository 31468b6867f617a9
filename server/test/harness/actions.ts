/** A workspace whose agent may use an HTTP service, and short calls of actions. */
import { approveAction } from "../../src/actions/operations/approve-action.ts";
import { getAction } from "../../src/actions/operations/get-action.ts";
import { proposeAction } from "../../src/actions/operations/propose-action.ts";
import { rejectAction } from "../../src/actions/operations/reject-action.ts";
import { type ActionSender, createActionSender, type SenderOptions } from "../../src/actions/sender.ts";
import { createConnection } from "../../src/connections/operations/create-connection.ts";
import type { Actor } from "../../src/kernel/actor.ts";
import { anAgent } from "./builders.ts";
import { aWorkspace, factsOf, type TestApp } from "./harness.ts";
import { dispatchOn } from "./team.ts";

export const OF_TYPE = { action_type: "send_request", service_type: "http" } as const;
export const PAYLOAD = { method: "POST", path: "/orders", body: { item: "a chair" } };

export interface ActingTeam {
  workspace: { id: string; owner: Actor };
  owner: Actor;
  agent: Actor;
  connection_id: string;
}

export function actionsOn(app: () => TestApp, url: () => string) {
  /** `isRepeatable`: the service says that the same key twice has one effect. */
  async function aTeam(isRepeatable = false): Promise<ActingTeam> {
    const workspace = await aWorkspace(app());
    const agent = await anAgent(app(), workspace);
    const config = { base_url: url(), ...(isRepeatable && { repeats_safely: true }) };
    const fields = { service_type: "http", name: "Shop", config, secret: "token-of-the-shop" } as const;
    const connection = await app().call(createConnection, workspace.owner, fields);
    return { workspace, owner: workspace.owner, agent, connection_id: connection.id };
  }
  const propose = ({ agent }: ActingTeam, more: Record<string, unknown> = {}) =>
    app().call(proposeAction, agent, { ...OF_TYPE, payload: PAYLOAD, ...more });
  const approve = (by: Actor, { id }: { id: string }, more: Record<string, unknown> = {}) =>
    app().call(approveAction, by, { id, ...more });
  const reject = (by: Actor, { id }: { id: string }, reason?: string) =>
    app().call(rejectAction, by, { id, ...(reason !== undefined && { reason }) });
  const read = ({ owner }: ActingTeam, { id }: { id: string }) => app().call(getAction, owner, { id });
  /** The facts about the action, without the word before the dot. */
  const endsOf = async ({ workspace }: ActingTeam, { id }: { id: string }) =>
    (await factsOf(app(), workspace.id, id)).map(({ type }) => type.slice(7));
  /** Executes what is due, and waits until no attempt is on its way. */
  async function execute({ workspace }: ActingTeam, sender: ActionSender = senderOf(app())): Promise<void> {
    await sender.begin([workspace.id]);
    await sender.idle();
  }
  return { aTeam, propose, approve, reject, read, endsOf, execute };
}

/** Executes actions as the job of a server does. */
export function senderOf(app: TestApp, more: Partial<SenderOptions> = {}): ActionSender {
  const { env, db } = app;
  return createActionSender({
    db,
    env,
    dispatch: dispatchOn(app),
    outside: {
      outgoing: { allowed: env.settings.privateHosts, timeoutMs: 5_000 },
      sendMail: (mail) => env.sendMail(mail),
      delivery: env.delivery,
    },
    onError: (error) => {
      throw error;
    },
    ...more,
  });
}
