/** Addresses that are written by hand stay in the workspace that is worked in; those of the router do so by themselves. */
import { useSearch } from "@tanstack/react-router";

export function useWorkspaceHref(): (path: string) => string {
  const { workspace } = useSearch({ strict: false });
  return (path) => (workspace ? `${path}${path.includes("?") ? "&" : "?"}workspace=${workspace}` : path);
}
