import type { AddressInfo } from "node:net";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { expect, test } from "vitest";
import { testEnvironment, useSurface } from "../test-surface.ts";
import { registerMcp } from "./register.ts";
import { anAgent, NOTE_OPERATIONS } from "./test-operations.ts";

const surface = useSurface();

test("a tool's result and the list of tools count with the bytes that are written of them", async () => {
  surface().known.set("agent", anAgent(surface().workspace, ["notes:read", "notes:write"]));
  const counted: number[] = [];
  const http = surface().http({
    operations: NOTE_OPERATIONS,
    env: testEnvironment("http://bailiwick.example"),
    extensions: [
      (app, tools) => {
        const answer: typeof tools.unsent.answer = (holder, response, bytes, drainMs) => {
          counted.push(bytes);
          return tools.unsent.answer(holder, response, bytes, drainMs);
        };
        const options = { operations: NOTE_OPERATIONS, forAgents: () => true, version: "1.2.3" };
        registerMcp(app, { ...tools, unsent: { ...tools.unsent, answer } }, options);
      },
    ],
  });
  await http.app.listen({ port: 0, host: "127.0.0.1" });
  // A server that listens on TCP has such an address.
  const { port } = http.app.server.address() as AddressInfo;
  const written: number[] = [];
  const client = new Client({ name: "new", version: "1" }, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`), {
      requestInit: { headers: { authorization: "Bearer agent" } },
      async fetch(url, init) {
        const answer = await fetch(url, init);
        written.push((await answer.clone().arrayBuffer()).byteLength);
        return answer;
      },
    }),
  );
  const count = async (ask: () => Promise<unknown>) => {
    counted.length = 0;
    written.length = 0;
    await ask();
    return [counted, written].map((list) => list.reduce((sum, bytes) => sum + bytes, 0)) as [number, number];
  };
  const add = () => client.callTool({ name: "notes_add", arguments: { text: "x".repeat(100) } });
  for (let notes = 0; notes < 50; notes++) await add();
  for (const ask of [() => client.listTools(), () => client.callTool({ name: "notes_list" })]) {
    const [seen, sent] = await count(ask);
    expect(sent).toBeGreaterThan(1_000);
    // The envelope and the escapes of the text are not counted.
    expect(seen).toBeGreaterThan(0.8 * sent);
  }
  await client.close();
  await http.close();
});
