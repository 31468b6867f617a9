import { describe, expect, test } from "vitest";
import { fits, matcherOf } from "./pattern-rules.ts";

describe("patterns", () => {
  test("a star stands for any text, and no pattern takes long", () => {
    expect([fits("mcp__*", "mcp__bw__x"), fits("*", ""), fits("a*b*c", "a-b-c"), fits("a*bc", "abc")]).toEqual(
      Array(4).fill(true),
    );
    expect([fits("mcp__*", "Bash"), fits("ab*ba", "aba"), fits("a*b*b", "ab"), fits("a", "ab")]).toEqual(
      Array(4).fill(false),
    );
    expect(fits(`${"a*".repeat(149)}b`, "a".repeat(200_000))).toBe(false);
  });

  test.each([
    ["Bash(rm *)", "deny", "rm -rf /", true],
    ["Bash(rm *)", "deny", "rm", true],
    ["Bash(rm *)", "deny", "cd /x && rm -rf y", true],
    ["Bash(rm *)", "deny", "echo $(rm x)", true],
    ["Bash(rm *)", "deny", "rmdir x", false],
    ["Bash(ls *)", "allow", "ls -la", true],
    ["Bash(ls *)", "allow", "ls; rm x", false],
    ["Bash(ls *)", "allow", "ls > /etc/passwd", false],
    ["Bash(ls *)", "allow", "ls\nrm x", false],
    ["Ba*", "ask", "ls", true],
    ["Bas", "ask", "ls", false],
  ] as const)("%s (%s) and %s: %s", (pattern, decision, command, expected) => {
    expect(matcherOf({ tool_name: "Bash", input: { command } })(pattern, decision)).toBe(expected);
  });

  test("a path is also read without its dots, and an unknown tool by all its texts", () => {
    const write = matcherOf({ tool_name: "Write", input: { file_path: "../../etc/x", content: "/work" }, cwd: "/a/b" });
    expect([write("Write(/etc/*)", "deny"), write("Write(../*)", "allow")]).toEqual([true, false]);
    const other = matcherOf({ tool_name: "mcp__db__run", input: { q: [{ sql: "drop x" }], n: 1 } });
    expect([other("mcp__db__*(drop *)", "deny"), other("mcp__db__*(select *)", "deny")]).toEqual([true, false]);
    expect(matcherOf({ tool_name: "constructor", input: {} })("constructor(*)", "allow")).toBe(false);
  });
});
