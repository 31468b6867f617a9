/** The frame around the pages: the session, the live feed, the navigation and the notices. */
import { CSPProvider } from "@base-ui/react/csp-provider";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { LiveProvider } from "../data/live.tsx";
import { isSignedOut, isUnknown, SessionProvider, useMe } from "../data/session.tsx";
import { useStored } from "../data/stored.ts";
import { Notices } from "../ui/notices.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { TipLayer } from "../ui/tip.tsx";
import { NoMemberPage } from "./failures.tsx";
import { Sections } from "./navigation.ts";
import { reloadOnce } from "./reload-once.ts";
import { rootRoute } from "./root-route.ts";
import type { Section } from "./section.ts";
import { Shell } from "./shell.tsx";
import { SignedOut } from "./signed-out.tsx";
import { lastWorkspace, WorkspaceAddress } from "./workspace-address.ts";

export function App({ sections }: { sections: readonly Section[] }) {
  const { workspace } = useSearch({ from: rootRoute.id });
  const last = useStored(lastWorkspace);
  const me = useMe(workspace ?? (last || undefined));
  const isLastGone = workspace === undefined && last !== "" && isUnknown(me.error);
  useEffect(() => {
    if (isLastGone) lastWorkspace.set("");
  }, [isLastGone]);
  const isOut = isSignedOut(me.error);
  const [isReloading, setReloading] = useState(true);
  useEffect(() => {
    // The server redirects to sign-in and back to this address.
    if (isOut) setReloading(reloadOnce());
  }, [isOut]);
  if (me.isPending || isLastGone || (isOut && isReloading))
    return <Skeleton lines={6} className="mx-auto max-w-xl p-10" />;
  if (workspace !== undefined && isUnknown(me.error)) return <NoMemberPage />;
  if (!me.data)
    return <ErrorState error={me.error} retry={isOut ? () => location.reload() : () => void me.refetch()} />;
  return (
    // The content security policy refuses styles that libraries write into the page.
    <CSPProvider disableStyleElements>
      <SessionProvider me={me.data} workspaceId={workspace ?? (last || undefined)}>
        <WorkspaceAddress me={me.data} />
        <Sections value={sections}>
          <LiveProvider>
            <Shell />
            <Notices />
            <SignedOut />
            <TipLayer />
          </LiveProvider>
        </Sections>
      </SessionProvider>
    </CSPProvider>
  );
}
