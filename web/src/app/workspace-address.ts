/** Puts the current workspace into an address that names none. */
import type { AuthMeOutput } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { ME_KEY } from "../data/session.tsx";
import { rootRoute } from "./root-route.ts";

export function WorkspaceAddress({ me }: { me: AuthMeOutput }): null {
  const { workspace } = rootRoute.useSearch();
  const { href } = useLocation();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const first = me.workspaces[0]?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another address without a workspace needs it too.
  useEffect(() => {
    if (workspace !== undefined || first === undefined) return;
    // The person is the same under the new address, so the frame stays on screen.
    cache.setQueryData([...ME_KEY, first], me);
    void navigate({ to: ".", search: (now) => ({ ...now, workspace: first }), hash: true, replace: true });
  }, [workspace, first, href]);
  return null;
}
