/** Adds the current workspace to an address. Links of the router do this themselves. */
import { useSearch } from "@tanstack/react-router";

export function useWorkspaceHref(): (path: string) => string {
  const { workspace } = useSearch({ strict: false });
  return (path) => (workspace ? `${path}${path.includes("?") ? "&" : "?"}workspace=${workspace}` : path);
}
