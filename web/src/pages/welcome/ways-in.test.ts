import { expect, test } from "vitest";
import { waysIn } from "./ways-in.ts";

test("each way in names the address and the key, and the clients come from this server", () => {
  const ways = waysIn("https://bailiwick.example", "bw_agent_x");
  for (const { name, text } of ways) expect([name, text]).toEqual([name, expect.stringContaining("bw_agent_x")]);
  const textOf = (id: string) => ways.find((way) => way.id === id)?.text;
  expect(textOf("sdk")).toContain("npm i https://bailiwick.example/sdk.tgz\n");
  expect(textOf("python")).toContain("curl -O https://bailiwick.example/bailiwick.py\n");
});
