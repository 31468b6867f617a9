/** How this process was started, so that it can start others of its kind. */

/** The command line this very process was started with: source through tsx, or the bundle. */
export function ownCommand(): readonly string[] {
  const [program, script] = [process.execPath, process.argv[1]];
  if (script === undefined) throw new Error("This process was not started from a file.");
  return [program, ...process.execArgv, script];
}
