import type { Environment } from "../kernel/environment.ts";
import { urlFault } from "../kernel/outbound/destination.ts";
import { invalid } from "../kernel/problem.ts";

/** Throws for an address that the server must not call. A name is judged again when it is dialled. */
export function requireUrl(path: string, url: string, { settings }: Pick<Environment, "settings">): void {
  const fault = urlFault(url, settings.privateHosts);
  if (fault !== undefined) throw invalid(path, fault);
}
