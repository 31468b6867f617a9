/** The account of the signed-in person: profile, sessions, workspaces, members and tier. */
import { getRouteApi } from "@tanstack/react-router";
import { Suspense } from "react";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Page } from "../../ui/page.tsx";
import { Scroll } from "../../ui/setting.tsx";
import { Skeleton } from "../../ui/states.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { Profile } from "./profile.tsx";

const route = getRouteApi("/account");
const Sessions = lazyPart(() => import("./sessions.tsx"), "Sessions");
const Workspaces = lazyPart(() => import("./workspaces.tsx"), "Workspaces");
const Members = lazyPart(() => import("./members.tsx"), "Members");
const TierTab = lazyPart(() => import("./tier.tsx"), "TierTab");

const TABS = [
  { value: "profile", label: "Profile" },
  { value: "sessions", label: "Sessions" },
  { value: "workspaces", label: "Workspaces" },
  { value: "members", label: "Members" },
  { value: "tier", label: "Tier" },
] as const;
const CONTENTS = { profile: Profile, sessions: Sessions, workspaces: Workspaces, members: Members, tier: TierTab };

export function AccountPage() {
  const { tab = "profile" } = route.useSearch();
  const navigate = route.useNavigate();
  const Content = CONTENTS[tab];
  return (
    <Page
      title="Account"
      toolbar={
        <Tabs
          label="Parts of the account"
          value={tab}
          tabs={TABS}
          hasDigits
          onChange={(next) =>
            void navigate({ search: (now) => ({ ...now, tab: next === "profile" ? undefined : next }) })
          }
        />
      }
    >
      <Scroll isFull>
        <Suspense fallback={<Skeleton lines={6} />}>
          <Content />
        </Suspense>
      </Scroll>
    </Page>
  );
}
