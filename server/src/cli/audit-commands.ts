/** The commands of the sealed record. */
import type { Command } from "commander";
import type { Config } from "../runtime/config.ts";
import type { CallOptions } from "./call.ts";
import { withCredential } from "./credential-options.ts";

export function addAudit(program: Command, config: () => Config): void {
  const audit = program.command("audit").description("The sealed record of a workspace: export it and verify it.");
  audit
    .command("verify")
    .description(
      "Verify an export. Needs neither server nor database. Exit codes: 0 consistent, 1 altered or cut, 2 empty.",
    )
    .argument("<file>", "what audit export wrote, in jsonl")
    .option("--checkpoint <file>", "a checkpoint that was kept apart from the file; without it, nothing is proven")
    .option("--key <key>", "the verifier key that audit key printed, also kept apart")
    .action(async (file: string, options: { checkpoint?: string; key?: string }) => {
      const { runVerify } = await import("./audit.ts");
      process.exitCode = await runVerify(file, options);
    });
  withCredential(audit.command("export"))
    .description("Write all facts of the workspace to a new file.")
    .argument("<file>")
    .option("--format <format>", "jsonl, which can be verified, or csv", "jsonl")
    .action(async (file: string, options: CallOptions & { format: "jsonl" | "csv" }) => {
      const { runExport } = await import("./audit.ts");
      console.log(await runExport(config, process.env, file, options));
    });
  for (const [name, description] of [
    ["checkpoint", "Print the newest signed checkpoint. Keep it where the server's operator cannot change it."],
    ["key", "Print the key that verifies the checkpoints."],
  ] as const) {
    withCredential(audit.command(name))
      .description(description)
      .action(async (options: CallOptions) => {
        const { runShow } = await import("./audit.ts");
        console.log(await runShow(config, process.env, name, options));
      });
  }
}
