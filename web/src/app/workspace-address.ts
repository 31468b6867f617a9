/** Puts the current workspace into an address that names none, and remembers it for the next such address. */
import type { AuthMeOutput } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { notify } from "../data/notices.ts";
import { ME_KEY, useSession } from "../data/session.tsx";
import { stored } from "../data/stored.ts";
import { rootRoute } from "./root-route.ts";

/** The workspace that this browser showed last; an empty text before the first. */
export const lastWorkspace = stored("bailiwick.workspace", "");

export function WorkspaceAddress({ me }: { me: AuthMeOutput }): null {
  const { workspace: named, joined } = rootRoute.useSearch();
  const { workspace } = useSession();
  const { href, pathname, hash } = useLocation();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const { id } = workspace;
  useEffect(() => lastWorkspace.set(id), [id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another address without a workspace needs it too.
  useEffect(() => {
    if (named !== undefined) return;
    // The person is the same under the new address, so the frame stays on screen.
    cache.setQueryData([...ME_KEY, id], me);
    // A path, because an address without a page has no route that `.` could name.
    void navigate({ to: pathname, search: (now: object) => ({ ...now, workspace: id }), hash, replace: true });
  }, [named, id, href]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: said once for each invitation.
  useEffect(() => {
    if (!joined) return;
    notify({ title: `You joined ${workspace.name} as ${workspace.role}` });
    void navigate({ to: ".", search: ({ joined: _, ...now }) => now, replace: true });
  }, [joined]);
  return null;
}
