/** What the scopes of a service key allow, in the words of the server's own table. Pure. */
import type { Permission } from "@bailiwick/sdk";

export interface Scope {
  scope: string;
  meanings: string[];
}

/** Each scope once, in the order of the table, with all it gives. */
export function scopesOf(permissions: readonly Permission[]): Scope[] {
  const scopes = new Map<string, string[]>();
  for (const { scope, meaning } of permissions) {
    if (scope !== null) scopes.set(scope, [...(scopes.get(scope) ?? []), meaning]);
  }
  return [...scopes].map(([scope, meanings]) => ({ scope, meanings }));
}
