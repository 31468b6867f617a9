/** The name of the connection with which a server listens. Other processes read the server's master keys from it. */

export const SERVER_NAME = "bailiwick listen ";
const FIXED = " fixed";
/** PostgreSQL cuts names at 63 bytes. */
const IDS_MAX = 4;

export interface ServerKeys {
  /** The ids of the first keys of the server. A server of an earlier version names one. */
  ids: readonly string[];
  /** The keys come from the settings, so they do not change before a restart. */
  isFixed: boolean;
}

export function serverName({ ids, isFixed }: ServerKeys): string {
  return `${SERVER_NAME}${ids.slice(0, IDS_MAX).join(",")}${isFixed ? FIXED : ""}`;
}

export function readServerName(name: string): ServerKeys {
  const isFixed = name.endsWith(FIXED);
  const ids = name.slice(SERVER_NAME.length, isFixed ? -FIXED.length : undefined).trim();
  return { ids: ids === "" ? [] : ids.split(","), isFixed };
}
