import { expect, test } from "vitest";
import { waysIn } from "./ways-in.ts";

test("each way in names the address and the key, and the clients come from this server", () => {
  const ways = waysIn("https://bailiwick.example", "bw_agent_x");
  for (const { name, text, also } of ways) expect(`${name} ${text} ${also?.text}`).toContain("bw_agent_x");
  const codex = ways.find(({ id }) => id === "codex");
  expect([codex?.text, codex?.also?.text]).toEqual([
    expect.not.stringContaining("#"),
    "export BAILIWICK_KEY=bw_agent_x",
  ]);
  const textOf = (id: string) => ways.find((way) => way.id === id)?.text;
  expect(textOf("sdk")).toContain("npm i https://bailiwick.example/sdk.tgz\n");
  expect(textOf("python")).toContain("curl -O https://bailiwick.example/bailiwick.py\n");
});
