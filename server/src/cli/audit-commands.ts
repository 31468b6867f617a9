/** The commands of the sealed record. */
import type { Command } from "commander";
import type { Config } from "../runtime/config.ts";
import type { Shown } from "./audit.ts";
import type { CallOptions } from "./call.ts";
import { withCredential } from "./credential-options.ts";

export function addAudit(program: Command, config: () => Config): void {
  const audit = program.command("audit").description("The sealed record of a workspace: export it and verify it.");
  audit
    .command("verify")
    .description(
      "Verify an export, the proof of a fact, or a proof of consistency. Needs neither server nor database. " +
        "Exit codes: 0 consistent, 1 altered or cut, 2 nothing to verify.",
    )
    .argument("<file>", "what audit export wrote in jsonl, or what audit proof or audit consistency printed")
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
  show("checkpoint", "Print the newest signed checkpoint. Keep it where the server's operator cannot change it.");
  show("key", "Print the key that verifies the checkpoints.");
  show("proof", "Print the proof that one fact is sealed.", "id", "the id of the fact");
  show(
    "consistency",
    "Print the proof that the record begins with all facts of an earlier checkpoint.",
    "from",
    "the number of facts of the earlier checkpoint",
  );

  function show(name: Shown, description: string, field?: string, about?: string): void {
    const one = withCredential(audit.command(name)).description(description);
    if (field !== undefined) one.argument(`<${field}>`, about);
    one.action(async (...given: unknown[]) => {
      const { runShow } = await import("./audit.ts");
      // The library gives the argument, if there is one, and then the options.
      const [value, options] = (field === undefined ? [undefined, ...given] : given) as [string, CallOptions];
      const input = field === undefined ? {} : { [field]: field === "from" ? Number(value) : value };
      console.log(await runShow(config, process.env, name, { input, caller: options }));
    });
  }
}
