/** Calls of models through the gateway: what passes, what fails, and who may call. */
import { describe, expect, it } from "vitest";
import { aScene } from "../../test/harness/scene.ts";
import { credentialsOf } from "../../test/harness/web.ts";
import { getConnection } from "../connections/operations/get-connection.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { revokeKey } from "../keys/operations/revoke-key.ts";
import { answerKey } from "../observability/index.ts";
import { ingestOtlp } from "../observability/operations/ingest-otlp.ts";
import { BODY, errorIn, MESSAGES, useGateway } from "./test-gateway.ts";
import { STREAMS } from "./test-provider.ts";

const { app, provider, call, connected, events, settled, aCap, held } = useGateway();

describe("a call that passes", () => {
  const CASES = [
    { format: "messages", path: `${MESSAGES}?beta=true`, at: "/v1/messages?beta=true", tokens: [5_420, 40] },
    { format: "chat", path: "/gateway/openai/v1/chat/completions", at: "/v1/chat/completions", tokens: [1_000, 60] },
    { format: "responses", path: "/gateway/openai/v1/responses", at: "/v1/responses", tokens: [1_000, 60] },
  ] as const;

  it.each(CASES)("is the same bytes both ways, and costs once: $format", async ({ format, path, at, tokens }) => {
    const scene = await connected();
    const model = format === "messages" ? "claude-opus-4-5" : "gpt-5";
    const body = JSON.stringify({
      ...BODY,
      model,
      ...(format === "chat" && { stream_options: { include_usage: true } }),
    });
    const more = { "anthropic-beta": "a,b", "x-new-header": "kept", "bailiwick-task": "no id", cookie: "a=b" };
    const answer = await call(path, { headers: { ...scene.key, ...more }, body });
    expect(answer).toMatchObject({ status: 200, text: STREAMS[format], isWhole: true });
    expect(answer.headers).toMatchObject({ "request-id": "req_1", "x-unknown": "kept" });
    const [received] = provider().received;
    expect([received?.path, received?.body.toString()]).toEqual([at, body]);
    expect(received?.headers).toMatchObject({ "anthropic-beta": "a,b", "x-new-header": "kept" });
    const key = format === "messages" ? received?.headers["x-api-key"] : received?.headers.authorization;
    expect(key).toBe(format === "messages" ? "sk-provider" : "Bearer sk-provider");
    expect(JSON.stringify(received?.headers)).not.toContain("bw_");
    expect(Object.keys(received?.headers ?? {})).not.toEqual(expect.arrayContaining(["cookie"]));
    const [event] = await settled(scene, 1);
    expect(event).toMatchObject({
      event_type: "llm_call",
      status: "success",
      source: "gateway",
      agent_id: scene.agent.id,
      tokens_in: tokens[0],
      tokens_out: tokens[1],
      cost_source: "derived",
    });
    if (format === "messages") expect(event).toMatchObject({ tokens_cached: 5_000, tokens_cache_write: 300 });
    else expect(event).toMatchObject({ tokens_cached: 800, tokens_reasoning: 20 });
    expect(JSON.stringify(event)).not.toContain("done");
  });

  it("asks a stream of Chat Completions for its usage, and changes no other byte", async () => {
    const scene = await connected();
    const body = '{ "model":"gpt-5" , "stream":true, "n":1.0, "messages":[] }';
    await call("/gateway/openai/v1/chat/completions", { headers: scene.key, body });
    expect(provider().received[0]?.body.toString()).toBe(`{"stream_options":{"include_usage":true},${body.slice(1)}`);
    await settled(scene, 1);
  });

  it("needs no model: count_tokens, models; the greeting needs no key", async () => {
    const scene = await connected();
    provider().answer = (_asked, response) => void response.writeHead(200).end('{"input_tokens":42}');
    const counted = await call(`${MESSAGES}/count_tokens`, {
      headers: { "x-api-key": scene.key.authorization?.slice(7) ?? "" },
    });
    expect(counted).toMatchObject({ status: 200, text: '{"input_tokens":42}' });
    expect(await call("/gateway/openai/v1/models?limit=1000", { headers: scene.key, method: "GET" })).toMatchObject({
      status: 200,
    });
    expect(provider().received.map(({ path }) => path)).toEqual(["/v1/messages/count_tokens", "/v1/models?limit=1000"]);
    expect(await call("/gateway/anthropic/api/hello", { headers: {}, method: "HEAD" })).toMatchObject({ status: 200 });
    expect(await call("/gateway/openai/v1/analytics/codex/turn-costs", { headers: scene.key })).toMatchObject({
      status: 404,
    });
    expect(await events(scene)).toEqual([]);
  });

  it("counts at least what was streamed when the client leaves, and what the gateway counted is a repeat elsewhere", async () => {
    const scene = await connected();
    const text = "x".repeat(4_000);
    provider().answer = (_asked, response) => {
      response.writeHead(200, { "content-type": "text/event-stream", "request-id": "req_2" });
      response.write(STREAMS.messages.split("event: ping")[0]);
      response.write(`data: ${JSON.stringify({ type: "content_block_delta", delta: { text } })}\n\n`);
    };
    let bytes = 0;
    const headers = { ...scene.key, "x-claude-code-session-id": "session" };
    const onBytes = (piece: Buffer) => {
      bytes += piece.length;
      return bytes < text.length;
    };
    await call(MESSAGES, { headers, onBytes });
    const [event] = await settled(scene, 1);
    expect(event).toMatchObject({ status: "error", tokens_in: 5_420, tokens_out: 1_000 });
    const fields = { event_type: "llm_call", model: "claude-opus-4-5", tokens_in: 1, tokens_out: 1 };
    const again = { ...fields, dedupe_key: "span", gateway_key: answerKey("msg_1") };
    const other = { ...fields, dedupe_key: "span", gateway_key: answerKey("msg_2") };
    const ingested = await app().call(ingestOtlp, scene.agent, { events: [again, other], points: [] });
    expect(ingested).toMatchObject({ accepted: 1, duplicates: 1 });
  });
});

describe("a provider that fails", () => {
  it("is passed on as it is: its errors, and a key that it refuses shows on the connection", async () => {
    const scene = await connected();
    await aCap(scene, 10);
    const error = '{"type":"error", "error":{"type":"authentication_error","message":"no"}}';
    provider().answer = (_asked, response) => void response.writeHead(401, { "retry-after": "7" }).end(error);
    const answer = await call(MESSAGES, { headers: scene.key });
    expect([answer.status, answer.headers["retry-after"], answer.text]).toEqual([401, "7", error]);
    const [event] = await settled(scene, 1);
    expect(event).toMatchObject({ event_type: "error", cost_usd: null });
    expect(await held(scene)).toMatchObject({ reserved: "0", used: "0", open: "0" });
    const { rows } = await app().admin.query(
      "select id from connections where workspace_id = $1 and service_type = 'anthropic'",
      [scene.workspace.id],
    );
    const connection = await app().call(getConnection, scene.owner, { id: rows[0].id });
    expect(connection).toMatchObject({ status: "error", last_error: "The provider refuses the key (401)." });
  });

  it.each([
    ["redirects", 502, /redirect/],
    ["breaks", 502, /closed/],
    ["is silent", 504, /silent/],
  ])("that %s gets an error of the gateway, and nothing stays reserved", async (how, status, message) => {
    const scene = await connected();
    await aCap(scene, 10);
    provider().answer = (_asked, response) => {
      if (how === "redirects") response.writeHead(302, { location: `${provider().url}/elsewhere` }).end();
      if (how === "breaks") response.destroy();
    };
    const answer = await call(MESSAGES, { headers: scene.key });
    expect([answer.status, errorIn(answer).message]).toEqual([status, expect.stringMatching(message)]);
    expect(provider().received).toHaveLength(1);
    await settled(scene, 1);
    expect(await held(scene)).toMatchObject({ reserved: "0", open: "0" });
  });

  it("that breaks within a stream breaks the stream of the client", async () => {
    const scene = await connected();
    provider().answer = (_asked, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(STREAMS.messages.slice(0, 400), () => response.destroy());
    };
    expect(await call(MESSAGES, { headers: scene.key })).toMatchObject({ status: 200, isWhole: false });
    await settled(scene, 1);
  });
});

describe("a caller", () => {
  it("is refused in the words of the provider: no key, no connection, other agents, no agent, a huge or odd body", async () => {
    const scene = await connected({ agent_ids: [] });
    const none = await aScene(app());
    const foreign = await credentialsOf(none, "agent");
    const service = await credentialsOf(scene, "ingest");
    const viewer = await credentialsOf(scene, "viewer");
    const refusals = [
      [await call(MESSAGES, { headers: {} }), 401, "authentication_error"],
      [await call(MESSAGES, { headers: viewer }), 401, "authentication_error"],
      [await call(MESSAGES, { headers: { "x-api-key": "sk-ant-nonsense" } }), 401, "authentication_error"],
      [await call(MESSAGES, { headers: foreign }), 404, "not_found_error"],
      [await call(MESSAGES, { headers: service }), 403, "permission_error"],
      [await call(MESSAGES, { headers: scene.key }), 403, "permission_error"],
      [await call(MESSAGES, { headers: scene.key, body: "[]" }), 400, "invalid_request_error"],
      [await call(MESSAGES, { headers: scene.key, body: '{"model":5}' }), 400, "invalid_request_error"],
      [await call(MESSAGES, { headers: { ...scene.key, "content-encoding": "br" } }), 415, "api_error"],
    ] as const;
    expect(refusals.map(([answer]) => [answer.status, errorIn(answer).type])).toEqual(
      refusals.map(([, status, type]) => [status, type]),
    );
    expect(JSON.stringify(refusals.map(([answer]) => answer.text))).not.toContain("bw_");
    const huge = await call(MESSAGES, { headers: scene.key, body: Buffer.alloc(2 * 1024 * 1024 + 1, " ") }).catch(
      (error: NodeJS.ErrnoException) => error.code,
    );
    // The client may still send when the answer comes.
    if (typeof huge === "object") expect([huge.status, errorIn(huge).type]).toEqual([413, "request_too_large"]);
    else expect(["EPIPE", "ECONNRESET"]).toContain(huge);
    expect(provider().received).toEqual([]);
  });

  it("loses its running call with its key", async () => {
    const scene = await connected();
    const { key, id } = await app().call(createKey, scene.owner, {
      kind: "agent",
      agent_id: scene.agent.id,
      name: "Short",
    });
    provider().answer = (_asked, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(STREAMS.messages.slice(0, 400));
    };
    const began = new Promise<void>((resolve) => {
      const answer = call(MESSAGES, { headers: { "x-api-key": key ?? "" }, onBytes: () => seen(resolve) });
      void answer.then((one) => expect(one.isWhole).toBe(false));
    });
    await began;
    await app().call(revokeKey, scene.owner, { id });
    const [event] = await settled(scene, 1);
    expect(event).toMatchObject({ status: "error", payload: { is_cut_off: true } });
  });
});

function seen(resolve: () => void): boolean {
  resolve();
  return true;
}
