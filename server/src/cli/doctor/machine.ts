/** Checks of the settings, of Node.js and of the disk. */
import { type Config, ConfigError, type Environment, readConfig } from "../../runtime/config.ts";
import { unknownSettings } from "../../runtime/unknown-settings.ts";
import { type Figures, mib, spaceOf } from "../../start/disk-space.ts";
import { type Finding, findingsOf } from "./finding.ts";

export interface SettingsState {
  /** Undefined when a setting cannot be used. */
  config: Config | undefined;
  faults: string[];
  unknown: string[];
}

export function readSettings(env: Environment): SettingsState {
  const unknown = unknownSettings(env);
  try {
    return { config: readConfig(env), faults: [], unknown };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // The message begins with the name of the setting. Without this setting the next fault is found.
    const [name = ""] = error.message.split(" ");
    if (env[name] === undefined) return { config: undefined, faults: [error.message], unknown };
    const { faults } = readSettings({ ...env, [name]: undefined });
    return { config: undefined, faults: [error.message, ...faults], unknown };
  }
}

export function settingsFinding({ faults, unknown }: SettingsState): Finding {
  const { ok, warning, failed } = findingsOf("settings");
  if (faults.length > 0)
    return failed([...faults, ...unknown].join(" "), "Correct this first; the other checks need it.");
  if (unknown.length > 0) return warning(unknown.join(" "), "Correct or remove it.");
  return ok("All settings can be used. `bailiwick config` lists them.");
}

const NODE_MIN = [20, 19] as const;

export function nodeFinding(version: string): Finding {
  const { ok, failed } = findingsOf("node");
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isOld = major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1]);
  if (isOld) return failed(`This is Node.js ${version}.`, `Install Node.js ${NODE_MIN.join(".")} or newer.`);
  return ok(`Node.js ${version}.`);
}

/** Twice the space that the server keeps for reads is little. */
const LITTLE_FACTOR = 2;

/** `figures` is undefined when the folder is not there or cannot be read. */
export function diskFinding(figures: Figures | undefined, isPrivate: boolean): Finding {
  const { ok, warning, failed, skipped } = findingsOf("disk");
  if (!isPrivate) return skipped("The operator of the database of DATABASE_URL watches its disk.");
  if (!figures) return skipped("There is no data folder to look at.");
  const { free, total, kept } = spaceOf(figures);
  const text = `${mib(free)} of ${mib(total)} are free on the disk of the data folder`;
  if (free < kept) return failed(`${text}. The server refuses changes below ${mib(kept)}.`, "Free some space.");
  if (free < kept * LITTLE_FACTOR)
    return warning(`${text}. Below ${mib(kept)} the server will refuse changes.`, "Free some space.");
  return ok(`${text}; the server needs ${mib(kept)} for changes.`);
}
