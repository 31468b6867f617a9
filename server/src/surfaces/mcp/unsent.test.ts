import type { AddressInfo } from "node:net";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { uuidv7 } from "uuidv7";
import { expect, test } from "vitest";
import { testEnvironment } from "../../../test/harness/environment.ts";
import { FAKE_OPERATIONS } from "../../../test/harness/fake-operations.ts";
import { anInventedAgent, useSurface } from "../../../test/harness/surface.ts";
import { registerMcp } from "./register.ts";

const surface = useSurface();

test("a tool's result and the list of tools count with the bytes that are written of them", async () => {
  surface().known.set("agent", anInventedAgent(surface().workspace, new Set(["things:read", "things:write"] as const)));
  const counted: number[] = [];
  const http = surface().http({
    operations: FAKE_OPERATIONS,
    env: testEnvironment({ publicUrl: "http://bailiwick.example" }),
    extensions: [
      (app, tools) => {
        const answer: typeof tools.unsent.answer = (holder, response, bytes, drainMs) => {
          counted.push(bytes);
          return tools.unsent.answer(holder, response, bytes, drainMs);
        };
        const options = { operations: FAKE_OPERATIONS, forAgents: () => true, version: "1.2.3" };
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
  const count = async (send: () => Promise<unknown>) => {
    counted.length = 0;
    written.length = 0;
    await send();
    return [counted, written].map((list) => list.reduce((sum, bytes) => sum + bytes, 0)) as [number, number];
  };
  const input = { id: uuidv7(), name: "Long", note: "x".repeat(5_000) };
  for (const send of [() => client.listTools(), () => client.callTool({ name: "things_rename", arguments: input })]) {
    const [seen, sent] = await count(send);
    expect(sent).toBeGreaterThan(1_000);
    // The envelope and the escapes of the text are not counted.
    expect(seen).toBeGreaterThan(0.8 * sent);
  }
  await client.close();
  await http.close();
});
