/** The commands `stop`, `stops` and `lift`. Their module loads when one is called. */
import type { Command } from "commander";
import type { Config } from "../runtime/config.ts";
import { withCredential } from "./credential-options.ts";
import type { LiftFlags, ListFlags, StopFlags } from "./stop.ts";

export function addStops(program: Command, config: () => Config): void {
  withCredential(program.command("stop"))
    .description("Stop the workspace, an agent or a tree of tasks: nothing starts, and running work ends.")
    .requiredOption("--reason <text>", "why; everybody sees it")
    .option("--agent <name>", "only this agent (name or id)")
    .option("--tree <title>", "only this task without a parent and all tasks below it (title or id)")
    .option("--what <parts>", "of starts, running, actions and keys; default: starts,running,actions")
    .option("--drill", "record what the stop would do, and stop nothing")
    .option("--json", "the whole answer as JSON")
    .action(async (flags: StopFlags) => {
      const { stop } = await import("./stop.ts");
      console.log(await stop(config, process.env, flags));
    });
  withCredential(program.command("stops"))
    .description("List the stops in force.")
    .option("--all", "also lifted stops and drills")
    .option("--json", "the whole answer as JSON")
    .action(async (flags: ListFlags) => {
      const { stops } = await import("./stop.ts");
      console.log(await stops(config, process.env, flags));
    });
  withCredential(program.command("lift"))
    .description("Lift a stop, or some parts of it.")
    .argument("<stop>", "the id of the stop")
    .requiredOption("--reason <text>", "why")
    .option("--what <parts>", "of starts, running, actions and keys; default: all that are in force")
    .option("--json", "the whole answer as JSON")
    .action(async (id: string, flags: LiftFlags) => {
      const { lift } = await import("./stop.ts");
      console.log(await lift(config, process.env, id, flags));
    });
}
