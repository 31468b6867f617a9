/** The command line of this process, so that it can start other processes with the same program. */

/** Returns the command line that started this process: the sources through tsx, or the bundle. */
export function ownCommand(): readonly string[] {
  const [program, script] = [process.execPath, process.argv[1]];
  if (script === undefined) throw new Error("This process was not started from a file.");
  return [program, ...process.execArgv, script];
}
