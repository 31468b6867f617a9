/** A stand-in of a provider of models, for tests: it streams what a test says, byte by byte as given. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

export interface TestProvider {
  url: string;
  received: Received[];
  answer: (received: Received, response: ServerResponse) => void | Promise<void>;
  close(): Promise<void>;
}

const SSE = { "content-type": "text/event-stream; charset=utf-8" };
const sse = (events: readonly object[]) =>
  events
    .map((event) => `${"type" in event ? `event: ${event.type}\n` : ""}data: ${JSON.stringify(event)}\n\n`)
    .join("");

/** The streams of the three formats. Their usage costs the same each time. */
export const STREAMS = {
  messages: `: hello\n\n${sse([
    {
      type: "message_start",
      message: {
        id: "msg_1",
        model: "claude-opus-4-5",
        usage: {
          input_tokens: 120,
          cache_creation_input_tokens: 300,
          cache_read_input_tokens: 5_000,
          output_tokens: 1,
        },
      },
    },
    { type: "ping" },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "gr\u00fc\u00dfe \u2028 done" } },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 40 } },
    { type: "message_stop" },
  ])}`,
  chat: `${sse([
    { id: "chatcmpl_1", object: "chat.completion.chunk", choices: [{ delta: { content: "done" } }] },
    {
      id: "chatcmpl_1",
      object: "chat.completion.chunk",
      choices: [],
      usage: {
        prompt_tokens: 1_000,
        completion_tokens: 60,
        prompt_tokens_details: { cached_tokens: 800 },
        completion_tokens_details: { reasoning_tokens: 20 },
      },
    },
  ])}data: [DONE]\n\n`,
  responses: sse([
    { type: "response.created", response: { id: "resp_1" } },
    { type: "response.output_text.delta", delta: "done" },
    {
      type: "response.completed",
      response: {
        id: "resp_1",
        usage: {
          input_tokens: 1_000,
          input_tokens_details: { cached_tokens: 800 },
          output_tokens: 60,
          output_tokens_details: { reasoning_tokens: 20 },
        },
      },
    },
  ]),
} as const;

/** Sends the stream of the format in small pieces, which end within characters. */
export function stream({ path }: Received, response: ServerResponse): void {
  const format = path.includes("/messages") ? "messages" : path.includes("/chat") ? "chat" : "responses";
  response.writeHead(200, { ...SSE, "request-id": "req_1", "x-unknown": "kept" });
  const bytes = Buffer.from(STREAMS[format]);
  for (let at = 0; at < bytes.length; at += 37) response.write(bytes.subarray(at, at + 37));
  response.end();
}

export async function startProvider(): Promise<TestProvider> {
  const provider: TestProvider = {
    url: "",
    received: [],
    answer: stream,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const { method = "", url: path = "", headers } = request;
    const received = { method, path, headers, body: Buffer.concat(pieces) };
    provider.received.push(received);
    await provider.answer(received, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on TCP has an address of this form.
  provider.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return provider;
}
