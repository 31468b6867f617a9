/** The command `bailiwick`. Each command loads its modules when it is called, so that `--help` is fast. */
import { Command, CommanderError } from "commander";
import { addAudit } from "./cli/audit-commands.ts";
import type { CallOptions } from "./cli/call.ts";
import { withCredential } from "./cli/credential-options.ts";
import type { FileOptions } from "./cli/files.ts";
import { addStops } from "./cli/stop-commands.ts";
import { type Config, describeConfig, readConfig } from "./runtime/config.ts";
import { VERSION } from "./version.ts";

const EXIT_FAILED = 1;
const EXIT_MISUSED = 2;

const HELP = `
Examples:
  bailiwick start                                    the server, on a private database
  bailiwick demo                                     agents at work, on that server
  bailiwick call agents.create --name Reviewer       as the owner, on the server's machine
  bailiwick call keys.create --kind agent --name reviewer --agent_id Reviewer -q key
  bailiwick call tasks.create --help                 the fields of an operation
  bailiwick call tasks.list --status queued --url https://bailiwick.example.com --key bw_service_…
  echo '{"title": "Read it"}' | bailiwick call tasks.create --json - --assigned_to_agent_id …
  bailiwick stop --reason "Something is wrong"       nothing starts, and running work ends
  bailiwick attach TASK_ID patch.diff --key bw_agent_…
  bailiwick sign-in-link ada@example.com             a link that signs a person in, without mail
  bailiwick doctor                                   checks the installation and says what to do
  bailiwick backup bailiwick-monday.gz               while the server runs

Exit codes: 0 done, 1 refused or failed, 2 wrong use.
Settings are environment variables; bailiwick config lists them.`;

export async function main(argv: readonly string[]): Promise<void> {
  const program = buildProgram();
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    await fail(error);
  }
}

async function fail(error: unknown): Promise<void> {
  // Commander has already printed the error.
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_MISUSED;
    return;
  }
  const { describeFailure, UsageError } = await import("./cli/failure.ts");
  process.stderr.write(`bailiwick: ${describeFailure(error)}\n`);
  if (process.env.BAILIWICK_LOG_LEVEL?.toLowerCase() === "debug") console.error(error);
  process.exitCode = error instanceof UsageError ? EXIT_MISUSED : EXIT_FAILED;
}

function config(): Config {
  return readConfig(process.env);
}

function buildProgram(): Command {
  const program = new Command("bailiwick")
    .description("The control plane where AI agents work together under human authority.")
    .version(VERSION, "-v, --version")
    .enablePositionalOptions()
    .showHelpAfterError("Run bailiwick --help for the commands.")
    .exitOverride()
    .addHelpText("after", HELP);
  addServer(program);
  addDoctor(program);
  addDemo(program);
  addCall(program);
  addStops(program, config);
  addFiles(program);
  addAudit(program, config);
  addOperator(program);
  return program;
}

function addServer(program: Command): void {
  program
    .command("start")
    .description("Start the server and run until it is stopped.")
    .action(async () => {
      const { start } = await import("./main.ts");
      await start();
    });
  program
    .command("config")
    .description("Show every setting with its value and meaning.")
    .option("--json", "as JSON")
    .action(async ({ json }: { json?: true }) => {
      const { configText } = await import("./cli/show.ts");
      const rows = describeConfig(config(), process.env);
      console.log(json ? JSON.stringify(rows, null, 2) : configText(rows));
    });
}

function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("Check the installation and say what to do. Changes nothing; the server may be running or not.")
    .option("--json", "as JSON")
    .action(async ({ json }: { json?: true }) => {
      const { runDoctor } = await import("./cli/doctor/doctor.ts");
      if (!(await runDoctor(process.env, json ?? false))) process.exitCode = EXIT_FAILED;
    });
}

interface DemoFlags {
  path?: string;
  url?: string;
  key?: string;
  session?: string;
  workers?: number;
  keep?: true;
}

function addDemo(program: Command): void {
  program
    .command("demo")
    .description("Watch a crew of agents audit the packages of a folder; one agent is killed and the others go on.")
    .option("--path <folder>", "the folder whose node_modules is audited; default: the nearest one")
    .option("--workers <count>", "the number of workers", Number)
    .option("--keep", "keep the server that the demo started running until Ctrl-C")
    .option("--url <url>", "the address of a server elsewhere")
    .option("--key <key>", "a service key of that server that may create agents and keys")
    .option("--session <token>", "or the session cookie of an owner or admin (BAILIWICK_SESSION)")
    .action(async (flags: DemoFlags) => {
      const { runDemo } = await import("./cli/demo/index.ts");
      process.exitCode = await runDemo({ config, ...flags });
    });
  // The demo starts this command once for each agent. It loads no server code.
  program
    .command("demo-crew", { hidden: true })
    .argument("<role>")
    .action(async (role: string) => {
      const { runCrewMember } = await import("./cli/demo/crew/member.ts");
      await runCrewMember(role);
    });
  // A server starts this command when a user starts the demo on it.
  program.command("demo-run", { hidden: true }).action(async () => {
    const { directRun } = await import("./cli/demo/direct.ts");
    process.exitCode = await directRun();
  });
}

function addCall(program: Command): void {
  program
    .command("call")
    .description("Run any operation and print its result as JSON.")
    .argument("<operation>", "the name, such as tasks.create; bailiwick operations lists all names")
    .argument("[fields...]", "--field value for each field, or --json '{…}'; --help lists the fields")
    .option("--url <url>", "the server (BAILIWICK_URL); without url and key: this machine's server, as its owner")
    .option("--key <key>", "an agent or service key (BAILIWICK_KEY)")
    .option("--workspace <id>", "the workspace, for people with several")
    .option("-q, --query <field>", "print only this field of the result, such as id or items.0.title")
    .passThroughOptions()
    .action(async (operation: string, fields: string[], options: CallOptions) => {
      const { call } = await import("./cli/call.ts");
      console.log(await call(config, process.env, operation, fields, options));
    });
  program
    .command("operations")
    .description("List the operations with name, route and summary.")
    .action(async () => {
      const { listOperations } = await import("./cli/call.ts");
      console.log(listOperations());
    });
}

function addFiles(program: Command): void {
  withCredential(program.command("attach"))
    .description("Attach a file of at most 25 MiB to a task.")
    .argument("<task>", "the id of the task")
    .argument("<file>")
    .option("--name <name>", "the name of the attachment; default: that of the file")
    .option("--type <type>", "the media type, such as text/plain")
    .action(async (task: string, file: string, options: FileOptions & { name?: string; type?: string }) => {
      const { attach } = await import("./cli/files.ts");
      console.log(await attach(config, process.env, [task, file], options));
    });
  withCredential(program.command("download"))
    .description("Download an attachment under its own name into this folder.")
    .argument("<attachment>", "the id of the attachment")
    .option("-o, --output <file>", "another place")
    .action(async (id: string, options: FileOptions & { output?: string }) => {
      const { download } = await import("./cli/files.ts");
      console.log(await download(config, process.env, id, options));
    });
}

function addOperator(program: Command): void {
  program
    .command("sign-in-link")
    .description("Print a link that signs a person in once, within 15 minutes. The server may be running.")
    .argument("<email>", "the person's address; a new person gets a new workspace")
    .action(async (email: string) => {
      const { signInLink } = await import("./cli/sign-in-link.ts");
      console.log(await signInLink(config(), email));
    });
  const tier = program.command("tier").description("The tiers of workspaces.");
  tier
    .command("list")
    .description("List all workspaces with their tiers.")
    .action(async () => {
      const { runListTiers } = await import("./cli/tier.ts");
      await runListTiers(config());
    });
  tier
    .command("show")
    .description("Show a workspace's tier, its limits and their use.")
    .argument("<workspace>", "the id of the workspace")
    .action(async (workspace: string) => {
      const { runShowTier } = await import("./cli/tier.ts");
      await runShowTier(config(), workspace);
    });
  tier
    .command("set")
    .description("Put a workspace on a tier. The server may be running.")
    .argument("<workspace>", "the id of the workspace")
    .argument("<tier>", "free, production, pro or agency")
    .action(async (workspace: string, tier: string) => {
      const { runSetTier } = await import("./cli/tier.ts");
      await runSetTier(config(), workspace, tier);
    });
  addPrices(program);
  const secrets = program.command("secrets").description("The master keys that seal stored secrets.");
  secrets
    .command("rotate")
    .description("Make a new master key and seal all secrets again with it. The server may be running.")
    .action(async () => {
      const { runRotateSecrets } = await import("./cli/secrets.ts");
      await runRotateSecrets(config());
    });
  secrets
    .command("status")
    .description("Show the number of values that each master key has sealed.")
    .action(async () => {
      const { runShowSecrets } = await import("./cli/secrets.ts");
      await runShowSecrets(config());
    });
  secrets
    .command("forget-old")
    .description("Remove all master keys but the first from the data folder. Refused while a value needs an older key.")
    .action(async () => {
      const { runForgetOldKeys } = await import("./cli/secrets.ts");
      await runForgetOldKeys(config());
    });
  program
    .command("backup")
    .description("Save the whole database to a file. The server may be running.")
    .argument("<file>")
    .option("--overwrite", "replace an existing file")
    .action(async (file: string, { overwrite }: { overwrite?: true }) => {
      const { runBackup } = await import("./cli/backup.ts");
      await runBackup(config(), file, overwrite ?? false);
    });
  program
    .command("restore")
    .description("Restore a backup into a new, empty database.")
    .argument("<file>")
    .action(async (file: string) => {
      const { runRestore } = await import("./cli/backup.ts");
      await runRestore(config(), file);
    });
}

function addPrices(program: Command): void {
  const prices = program.command("prices").description("The list prices of models, for this installation.");
  prices
    .command("show")
    .description("Show where the list prices come from and how old they are.")
    .action(async () => {
      const { runShowPrices } = await import("./cli/prices.ts");
      await runShowPrices(config());
    });
  prices
    .command("update")
    .description("Take newer list prices. Stored costs stay until obs.reprice. The server may be running.")
    .argument("<file or URL>", "a list in the format of genai-prices; an address must be https")
    .action(async (place: string) => {
      const { runUpdatePrices } = await import("./cli/prices.ts");
      await runUpdatePrices(config(), place);
    });
  prices
    .command("reset")
    .description("Go back to the list prices that came with this version.")
    .action(async () => {
      const { runResetPrices } = await import("./cli/prices.ts");
      await runResetPrices(config());
    });
}
