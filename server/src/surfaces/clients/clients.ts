/** Serves the clients that programs of agents install: the SDK for npm and the Python client. They need no key. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../../kernel/problem.ts";
import { sendTagged } from "../http/answer.ts";
import { limitNetwork } from "../http/limits.ts";
import type { Extension } from "../http/tools.ts";

const TYPES = {
  "sdk.tgz": "application/gzip",
  "bailiwick.py": "text/x-python; charset=utf-8",
} as const;

/** `folder`: where the build put the files. They are read once, so that they stay of one build. */
export function clients(folder: string): Extension {
  const files = Object.entries(TYPES).map(([name, type]) => ({ name, type, bytes: readIfThere(join(folder, name)) }));
  return (app, { allowances, fail }) => {
    const limited = { onRequest: limitNetwork(allowances, fail) };
    for (const { name, type, bytes } of files) {
      app.get(`/${name}`, limited, (_request, reply) => {
        if (!bytes) return void fail(reply, notBuilt(name));
        sendTagged(reply, type, bytes, { "content-disposition": `attachment; filename="${name}"` });
      });
    }
  };
}

function notBuilt(name: string): Problem {
  return new Problem("not_found", `This server has no ${name}.`, {
    next_step: "Run npm ci and npm run build in the folder of Bailiwick, then start it again.",
  });
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
