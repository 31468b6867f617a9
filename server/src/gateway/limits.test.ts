/** The limits of calls of models: caps, budgets, stops, pauses and models. */
import { describe, expect, it } from "vitest";
import { anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { factsOf } from "../../test/harness/harness.ts";
import { aProcess } from "../../test/harness/processes.ts";
import { pauseAgent } from "../agents/operations/pause-agent.ts";
import { createStop } from "../stops/operations/create-stop.ts";
import { BODY, errorIn, MESSAGES, startGateway, useGateway } from "./test-gateway.ts";
import { stream } from "./test-provider.ts";

const { app, env, provider, call, connected, settled, aCap, held } = useGateway();

describe("a limit", () => {
  it("of a day refuses in the words that stop each client, once as a fact", async () => {
    const scene = await connected();
    await aCap(scene, 0.000_001);
    const { status, headers, text } = await call(MESSAGES, { headers: scene.key });
    const error = JSON.parse(text).error;
    expect([status, headers["x-should-retry"], error.type]).toEqual([429, "false", "billing_error"]);
    expect(Number(headers["retry-after"])).toBeGreaterThan(0);
    expect(error).toMatchObject({
      cap: 0.000_001,
      used: 0,
      reserved: 0,
      top_up_url: expect.stringContaining("/limits"),
    });
    expect(error.message).toMatch(/owner or admin/);
    const openai = await call("/gateway/openai/v1/responses", {
      headers: scene.key,
      body: JSON.stringify({ ...BODY, model: "gpt-5" }),
    });
    expect([openai.status, errorIn(openai).type]).toEqual([400, "billing_error"]);
    const facts = (await factsOf(app(), scene.workspace.id, scene.agent.id)).filter(
      ({ type }) => type === "model_call.refused",
    );
    expect(facts).toHaveLength(1);
    expect(provider().received).toEqual([]);
  });

  it("holds for 100 calls at once on two processes: those that fit run, nothing is overshot, and all is given back", async () => {
    const scene = await connected();
    const body = JSON.stringify({ model: "claude-opus-4-5", max_tokens: 1_000, stream: true, messages: [] });
    const usage = { input_tokens: Math.ceil(body.length / 4), output_tokens: 1_000 };
    const cost = (usage.input_tokens * 5 + usage.output_tokens * 25) / 1e6;
    await aCap(scene, cost * 10);
    const waiting: (() => void)[] = [];
    provider().answer = (_asked, response) => {
      waiting.push(() => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(`data: ${JSON.stringify({ type: "message_start", message: { id: "m", usage } })}\n\n`);
        response.end(`data: ${JSON.stringify({ type: "message_stop" })}\n\n`);
      });
    };
    const other = await aProcess(app(), { env });
    const second = await startGateway(other, (error) => expect(error).toBeUndefined());
    const answers = Array.from({ length: 100 }, (_, place) =>
      call(MESSAGES, { headers: scene.key, body }, place % 2 === 0 ? undefined : second.base),
    );
    const refused = new Promise<void>((resolve) => {
      let count = 0;
      for (const answer of answers) void answer.then(({ status }) => status === 429 && ++count === 90 && resolve());
    });
    await refused;
    expect(waiting).toHaveLength(10);
    for (const end of waiting) end();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    await settled(scene, 10);
    expect(await held(scene)).toEqual({ reserved: "0", used: String(Math.round(cost * 1e9) * 10), open: "0" });
    await second.close();
    await other.close();
  });

  it("does not hold twice what the task of the call reserved, and charges the task", async () => {
    const scene = await connected();
    await aCap(scene, 1);
    const task = await aRunningTask(app(), scene.owner, scene.agent, { estimated_cost_usd: 0.9 });
    provider().answer = async (_asked, response) => {
      expect(await held(scene)).toMatchObject({ reserved: "900000000", open: "1" });
      stream(_asked, response);
    };
    expect((await call(MESSAGES, { headers: scene.key })).status).toBe(200);
    expect(await settled(scene, 1)).toMatchObject([{ task_id: task.id }]);
    const after = await held(scene);
    expect(BigInt(after?.reserved ?? 0) + BigInt(after?.used ?? 0)).toBe(900_000_000n);
  });

  it("of the budget of a tree counts the calls of all its tasks", async () => {
    const scene = await connected();
    const root = await aRunningTask(app(), scene.owner, scene.agent, { budget_usd: 0.005, estimated_cost_usd: 0 });
    const child = { parent_task_id: root.id, estimated_cost_usd: 0 };
    const second = await anAgent(app(), scene.workspace);
    await aTask(app(), scene.owner, second, child);
    provider().answer = stream;
    expect((await call(MESSAGES, { headers: scene.key })).status).toBe(200);
    await settled(scene, 1);
    const over = await call(MESSAGES, { headers: scene.key });
    expect([over.status, errorIn(over).type]).toEqual([429, "billing_error"]);
    expect(errorIn(over).message).toContain(root.id);
  });

  it("of people holds at once for new calls: a pause, a stop; a running call goes on", async () => {
    const scene = await connected();
    let end: () => void = () => undefined;
    provider().answer = (received, response) => {
      end = () => stream(received, response);
    };
    const running = call(MESSAGES, { headers: scene.key });
    await expect.poll(() => provider().received.length).toBe(1);
    await app().call(createStop, scene.owner, { scope: "workspace", reason: "Test" });
    const stopped = await call(MESSAGES, { headers: scene.key });
    expect([stopped.status, errorIn(stopped).reason_code]).toEqual([429, "stopped"]);
    await app().call(pauseAgent, scene.owner, { id: scene.agent.id });
    expect(errorIn(await call("/gateway/openai/responses", { headers: scene.key }))).toMatchObject({
      reason_code: "agent_paused",
    });
    end();
    expect((await running).isWhole).toBe(true);
    await settled(scene, 1);
  });

  it("on the model of an agent changes the model of the call, and the event names both", async () => {
    const scene = await connected();
    await app().admin.query("update gates set allowed_model = 'claude-haiku-4-5' where agent_id = $1", [
      scene.agent.id,
    ]);
    await call(MESSAGES, { headers: scene.key });
    expect(JSON.parse(provider().received[0]?.body.toString() ?? "")).toEqual({ ...BODY, model: "claude-haiku-4-5" });
    const [event] = await settled(scene, 1);
    expect(event).toMatchObject({ payload: { asked_model: "claude-opus-4-5", used_model: "claude-haiku-4-5" } });
  });

  it("is free again when the process of a call died", async () => {
    const scene = await connected();
    await aCap(scene, 1);
    provider().answer = async (received, response) => {
      await app().admin.query("update spend_amounts set expires_at = bailiwick_now() - interval '1 second'");
      const { rows } = await app().admin.query("select bailiwick_free_calls(10) as freed");
      expect(rows[0].freed).toBe(1);
      stream(received, response);
    };
    await call(MESSAGES, { headers: scene.key });
    await settled(scene, 1);
    expect(await held(scene)).toMatchObject({ reserved: "0", open: "0" });
  });
});
