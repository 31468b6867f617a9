/**
 * The conformance suite of the protocol against `/mcp`. It needs Node 22, because it imports a function that older
 * versions lack. `BAILIWICK_TEST_NODE` names such a Node when the tests run on an older one.
 */
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { createKey } from "../src/keys/operations/create-key.ts";
import type { HttpServer } from "../src/surfaces/http/server.ts";
import { newClient, oldClient } from "../src/surfaces/mcp/test-clients.ts";
import { REPOSITORY } from "./harness/client-server.ts";
import { useApp } from "./harness/harness.ts";
import { fixtureServer } from "./harness/mcp-fixture-server.ts";
import { aScene } from "./harness/scene.ts";

/** The features that `/mcp` does not offer. `docs/mcp.md` has the same list. */
const NOT_OFFERED: readonly { what: string; reason: string; failing?: readonly string[] }[] = [
  {
    what: "sampling, elicitation, roots and log messages",
    reason: "the server never calls the client. An agent asks a person with `messages_send` or `tasks_block`.",
    // In 2026-07-28 the result of a call can ask the client, and the tools of the suite do that.
    failing: [
      "tools-call-sampling",
      "tools-call-elicitation",
      "elicitation-sep1034-defaults",
      "elicitation-sep1330-enums",
      "tools-call-with-logging",
      "logging-set-level",
    ],
  },
  {
    what: "images, audio and embedded resources in results",
    reason: "every answer is one JSON object.",
  },
  {
    what: "subscriptions to resources and `list_changed` notifications",
    reason:
      "waits are long polls (`wait_seconds`) of `tasks_claim` and `messages_inbox`. The list of tools changes only with the key.",
    failing: ["resources-subscribe", "resources-unsubscribe"],
  },
  {
    what: "completion of arguments",
    reason: "the lists of tasks, agents and messages return the ids, and they filter.",
    failing: ["completion-complete"],
  },
  { what: "progress notifications", reason: "no call but a long poll runs for long." },
  {
    what: "sessions",
    reason: "a request needs no other request before it. The session id of older clients only serves to cancel calls.",
  },
  { what: "OAuth", reason: "keys are made in Bailiwick." },
];

const require = createRequire(import.meta.url);
const NODE_MIN = 22;
const RUN_MS_MAX = 120_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;
const node = process.env.BAILIWICK_TEST_NODE ?? process.execPath;
const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
const isPossible = Number.parseInt(version.slice(1), 10) >= NODE_MIN;
if (!isPossible) console.log(`Skipped: the conformance suite of MCP needs Node ${NODE_MIN}, and this is ${version}.`);

const app = useApp();
let web: HttpServer;
let key: string;
let url: URL;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bailiwick-conformance-"));
  const failing = NOT_OFFERED.flatMap((one) => one.failing ?? []);
  writeFileSync(join(folder, "expected.yml"), ["server:", ...failing.map((name) => `  - ${name}`), ""].join("\n"));
  const scene = await aScene(app());
  ({ key } = await app().call(createKey, scene.owner, { kind: "agent", agent_id: scene.agent.id, name: "MCP" }));
  web = fixtureServer(app(), key);
  url = new URL("/mcp", await web.app.listen({ port: 0, host: "127.0.0.1" }));
});
afterAll(async () => {
  await web.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Fails also when a scenario passes that is expected to fail. */
describe.runIf(isPossible)("the conformance suite", () => {
  it.each(["2026-07-28", "2025-11-25"])("of %s passes, except what is not offered", async (revision) => {
    const suite = require.resolve("@modelcontextprotocol/conformance/dist/index.js");
    const files = ["--expected-failures", join(folder, "expected.yml"), "-o", join(folder, revision)];
    const { code, text } = await run([suite, "server", "--url", url.href, "--requirements", revision, ...files]);
    expect(code, text).toBe(0);
    expect(Number(/Total: (\d+) passed/.exec(text)?.[1]), text).toBeGreaterThan(50);
  });
});

function run(args: readonly string[]): Promise<{ code: unknown; text: string }> {
  const limits = { timeout: RUN_MS_MAX, maxBuffer: OUTPUT_BYTES_MAX };
  return new Promise((resolve) => {
    execFile(node, args, limits, (error, stdout, stderr) =>
      resolve({ code: error ? (error.code ?? "killed") : 0, text: `${stdout}${stderr}` }),
    );
  });
}

describe("the server of the suite", () => {
  it.each([
    { era: "2026-07-28", connectTo: newClient },
    { era: "2025-11-25", connectTo: oldClient },
  ])("offers the product and the fixtures to a client of $era", async ({ connectTo }) => {
    const steps: unknown[] = [];
    const client = await connectTo(url, key, watching(steps));
    expect(client.getServerCapabilities()).toEqual({ tools: {}, prompts: {}, resources: {} });
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["tasks_claim", "test_simple_text", "test_image_content"]));
    expect((await client.callTool({ name: "agents_me" })).isError).toBeUndefined();
    expect((await client.callTool({ name: "test_error_handling" })).isError).toBe(true);
    const image = await client.callTool({ name: "test_image_content" });
    expect(image.content).toMatchObject([{ type: "image", mimeType: "image/png" }]);
    await expect(client.callTool({ name: "test_sampling" })).rejects.toThrow("There is no tool test_sampling.");
    await expect(client.getPrompt({ name: "test_none" })).rejects.toThrow("There is no prompt test_none.");
    await client.callTool({ name: "test_tool_with_progress", _meta: { progressToken: "token" } });
    expect(steps).toEqual([0, 50, 100]);
    await client.close();
  });
});

/** Sends the requests of a client and adds the progress in their answers to `steps`. */
function watching(steps: unknown[]): typeof fetch {
  return async (to, init) => {
    const answer = await fetch(to, init);
    const text = await answer.clone().text();
    for (const [, progress] of text.matchAll(/"progress":(\d+)/g)) steps.push(Number(progress));
    return answer;
  };
}

test("the document lists what is not offered", () => {
  const text = readFileSync(join(REPOSITORY, "docs/mcp.md"), "utf8");
  const [, section = ""] = /Not offered, [^\n]+\n([^#]+)/.exec(text) ?? [];
  const points = section.split(/^- /m).slice(1);
  expect(points.map((point) => point.replaceAll(/\s+/g, " ").trim())).toEqual(
    NOT_OFFERED.map(({ what, reason }) => `${what}: ${reason}`),
  );
});
