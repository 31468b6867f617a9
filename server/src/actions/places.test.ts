/** Where an action goes: another secret that is an address, a certificate that no authority signed, and a look-up that finds it. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { actionsOn } from "../../test/harness/actions.ts";
import { createSecondApp, factsOf, type TestApp, testEnvironment, useApp } from "../../test/harness/harness.ts";
import { outcomesOf, times } from "../../test/harness/outcomes.ts";
import { later } from "../../test/harness/team.ts";
import { createConnection } from "../connections/operations/create-connection.ts";
import { updateConnection } from "../connections/operations/update-connection.ts";
import { useStandIn } from "../connections/test-stand-in.ts";
import { proposeAction } from "./operations/propose-action.ts";
import { PENDING_OF_AGENT_MAX } from "./schema.ts";

const settings = { privateHosts: ["127.0.0.1"] };
const app = useApp({ env: testEnvironment({ settings }) });
const service = useStandIn();
const { aTeam, propose, approve, read, endsOf, execute } = actionsOn(app, () => service.url);
let second: TestApp;
beforeAll(() => {
  second = createSecondApp(app(), { env: testEnvironment({ settings }) });
});
afterAll(() => second.close());

type Team = Awaited<ReturnType<typeof aTeam>>;
const aConnection = ({ owner }: Team, fields: Record<string, unknown>) =>
  app().call(createConnection, owner, { name: "Other", ...fields } as never);

const OTHERS: readonly [string, object, () => string][] = [
  ["slack", {}, () => `${service.url}/services/new`],
  ["email", { config: { from: "bot@example.org" } }, () => "smtps://bot:other@127.0.0.1:9"],
];
test.each(OTHERS)(
  "a new secret of %s, which is its address, voids what was approved for the old one",
  async (service_type, fields, next) => {
    const team = await aTeam();
    const secret = service_type === "slack" ? `${service.url}/services/old` : "smtps://bot:secret@127.0.0.1:9";
    const { id } = await aConnection(team, { service_type, secret, ...fields });
    const of =
      service_type === "slack"
        ? { service_type, action_type: "post_message", payload: { text: "Hello" } }
        : { service_type, action_type: "send_email", payload: { to: "ada@example.org", subject: "Hello", body: "x" } };
    const [approved, pending] = [await propose(team, of), await propose(team, of)];
    await approve(team.owner, approved);
    await app().call(updateConnection, team.owner, { id, secret: next() });
    await execute(team);
    expect(service.received).toEqual([]);
    expect(await read(team, approved)).toMatchObject({
      status: "failed",
      attempts: 0,
      error_message: "The connection changed after the approval.",
    });
    if (service_type !== "slack") return;
    // An action that still waited goes to the new address after its approval.
    await approve(team.owner, pending);
    await execute(team);
    expect(service.received.map(({ path }) => path)).toEqual(["/services/new"]);
  },
);

test("a new token of an address that stays voids nothing", async () => {
  const team = await aTeam();
  const action = await propose(team);
  await approve(team.owner, action);
  await app().call(updateConnection, team.owner, { id: team.connection_id, secret: "another-token" });
  await execute(team);
  expect(service.received[0]?.headers.authorization).toBe("Bearer another-token");
});

test("a look-up that finds the marker at GitHub ends the doubt, and nothing is sent again", async () => {
  const team = await aTeam();
  await aConnection(team, { service_type: "github", config: { base_url: service.url }, secret: "a-token" });
  const payload = { repository: "a/b", title: "Broken", body: "It fails." };
  const action = await propose(team, { service_type: "github", action_type: "create_issue", payload });
  await approve(team.owner, action);
  // The issue is made, and its answer is lost.
  const made = (): { body?: string } =>
    JSON.parse(service.received.find(({ method }) => method === "POST")?.text ?? "{}");
  service.answer = ({ method }) => {
    if (method === "POST") return "break";
    const issue = { number: 7, body: made().body, html_url: "https://github.com/a/b/issues/7" };
    return { status: 200, body: JSON.stringify([{ ...issue, created_at: new Date().toISOString() }]) };
  };
  await execute(team);
  expect((await read(team, action)).status).toBe("in_doubt");
  await later(app(), 3, () => execute(team));
  expect(await read(team, action)).toMatchObject({
    status: "executed",
    attempts: 1,
    receipt: { external_id: "7", external_url: "https://github.com/a/b/issues/7" },
  });
  expect(service.received.filter(({ method }) => method === "POST")).toHaveLength(1);
  expect(await endsOf(team, action)).toEqual(["proposed", "approved", "in_doubt", "executed"]);
});

test("sixteen proposals at once over two processes never pass the limit of what waits", async () => {
  const team = await aTeam();
  const action = await propose(team);
  await app().admin.query(
    `insert into agent_actions (workspace_id, id, agent_id, action_type, service_type, holds_task, payload, payload_hash,
       status, expires_at, created_at)
     select workspace_id, gen_random_uuid(), agent_id, action_type, service_type, false, payload, payload_hash,
       status, expires_at, created_at from agent_actions, generate_series(3, $2) where id = $1`,
    [action.id, PENDING_OF_AGENT_MAX],
  );
  const { action_type, service_type, payload } = action;
  const calls = times(16, (n) =>
    (n % 2 === 0 ? app() : second).call(proposeAction, team.agent, { action_type, service_type, payload }),
  );
  const { done, refused } = await outcomesOf(calls);
  expect([done.length, refused]).toEqual([1, { conflict: 15 }]);
});

test("an action and a rule name a connection of their own workspace", async () => {
  const [team, other] = [await aTeam(), await aTeam()];
  const action = await propose(team);
  const move = app().admin.query("update agent_actions set connection_id = $2 where id = $1", [
    action.id,
    other.connection_id,
  ]);
  await expect(move).rejects.toThrow(/agent_actions_connection/);
});

const HAS_OPENSSL = spawnSync("openssl", ["version"]).status === 0;

test.skipIf(!HAS_OPENSSL)(
  "nothing is sent to a server with a certificate of its own, and the action is tried again",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "bailiwick-tls-"));
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"];
    const named = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert];
    execFileSync("openssl", ["req", ...made, ...named], { stdio: "ignore" });
    let seen = 0;
    const secure = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => {
      seen++;
      response.end("{}");
    });
    rmSync(folder, { recursive: true, force: true });
    await new Promise<void>((resolve) => secure.listen(0, "127.0.0.1", resolve));
    try {
      const team = await aTeam();
      // A server that listens on TCP has an address of this form.
      const base_url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
      const { id: connection_id } = await aConnection(team, {
        service_type: "http",
        config: { base_url },
        secret: "x-token",
      });
      const action = await propose(team, { connection_id });
      await approve(team.owner, action);
      await execute(team);
      expect(seen).toBe(0);
      const { status, attempt_log } = await read(team, action);
      expect({ status, attempt_log }).toMatchObject({
        status: "approved",
        attempt_log: [{ end: "again", error: expect.stringMatching(/self.signed/) }],
      });
      expect(JSON.stringify(await factsOf(app(), team.workspace.id))).not.toContain("x-token");
    } finally {
      await new Promise((resolve) => secure.close(resolve));
    }
  },
);
