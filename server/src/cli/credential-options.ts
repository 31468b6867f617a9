import type { Command } from "commander";

/** Adds the options that name the server and the caller. */
export const withCredential = (command: Command) =>
  command
    .option("--url <url>", "the server (BAILIWICK_URL); default: the server of this machine")
    .option("--key <key>", "an agent or service key (BAILIWICK_KEY)")
    .option("--workspace <id>", "the workspace, for people with several");
