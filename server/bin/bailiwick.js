#!/usr/bin/env node
/** The command `bailiwick`. In a clone it builds what is not built; in an installed package there are no sources. */
import { existsSync } from "node:fs";

const NODE_MIN = [20, 19];

function isNodeOld() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1]);
}

try {
  if (isNodeOld())
    throw new Error(`Bailiwick needs Node ${NODE_MIN.join(".")} or newer; this is ${process.versions.node}.`);
  if (existsSync(new URL("../src/cli.ts", import.meta.url))) {
    const { buildIfStale } = await import("../build.js");
    await buildIfStale();
  }
  const { main } = await import("../dist/cli.js");
  await main(process.argv);
} catch (error) {
  process.stderr.write(`bailiwick: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
