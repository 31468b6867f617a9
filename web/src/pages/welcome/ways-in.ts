/** Configurations that give a program the address of the server and its key. Pure. */

export interface Way {
  id: string;
  name: string;
  /** Explains how to use the text. */
  about: string;
  text: string;
  /** A second text, for another place. */
  also?: { about: string; text: string };
  /** The usual name of such an agent. */
  agent: string;
}

/** `key`: the key of the agent, or a placeholder. */
export function waysIn(origin: string, key: string): readonly Way[] {
  const url = `${origin}/mcp`;
  return [
    {
      id: "claude-code",
      agent: "Claude Code",
      name: "Claude Code",
      about: "Run this in a terminal. Then say: “Look at your Bailiwick tools, claim a task and work on it.”",
      text: `claude mcp add --transport http bailiwick ${url} \\\n  --header "Authorization: Bearer ${key}"`,
    },
    codexWay(url, key),
    {
      id: "mcp",
      agent: "My agent",
      name: "Any MCP client",
      about: "Put this into the client's configuration. It speaks MCP over streamable HTTP.",
      text: JSON.stringify(
        { mcpServers: { bailiwick: { type: "http", url, headers: { Authorization: `Bearer ${key}` } } } },
        null,
        2,
      ),
    },
    {
      id: "curl",
      agent: "My script",
      name: "curl",
      about: "For a script in any language: claims a task, and waits up to 20 seconds for one.",
      text: `curl -s ${origin}/api/tasks/claim \\\n  -H "Authorization: Bearer ${key}" \\\n  -H "Content-Type: application/json" \\\n  -d '{"wait_seconds": 20}'`,
    },
    {
      id: "sdk",
      agent: "TypeScript worker",
      name: "TypeScript",
      about:
        "Claims, keeps the lease with heartbeats, and completes with what the function returns. The first line installs the SDK of this server.",
      text: `// npm i ${origin}/sdk.tgz\nimport { createClient, work } from "@bailiwick/sdk";\n\nconst client = createClient({\n  url: "${origin}",\n  key: "${key}",\n});\nawait work(client, async (task, { progress }) => {\n  await progress({ step: "reading" });\n  return { verdict: "clear" };\n});`,
    },
    {
      id: "python",
      agent: "Python worker",
      name: "Python",
      about: "Does the same as the SDK. The first line gets its file, which needs no packages, from this server.",
      text: `# curl -O ${origin}/bailiwick.py\nfrom bailiwick import Client, work\n\ndef handle(task, context):\n    context.progress(step="reading")\n    return {"verdict": "clear"}\n\nwork(Client("${origin}", key="${key}"), handle)`,
    },
  ];
}

function codexWay(url: string, key: string): Way {
  return {
    id: "codex",
    name: "Codex",
    about: "Put this into ~/.codex/config.toml.",
    text: `[mcp_servers.bailiwick]\nurl = "${url}"\nbearer_token_env_var = "BAILIWICK_KEY"`,
    also: { about: "Run this in the terminal that starts Codex.", text: `export BAILIWICK_KEY=${key}` },
    agent: "Codex",
  };
}
