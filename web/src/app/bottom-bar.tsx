/** The navigation on a phone: the main sections in a bar, the others in a sheet. */
import { Link } from "@tanstack/react-router";
import { Ellipsis, Octagon, Search } from "lucide-react";
import { useState } from "react";
import { useDenied } from "../data/session.tsx";
import { cx } from "../ui/class-names.ts";
import { Dialog } from "../ui/dialog.tsx";
import { LiveDot } from "./live-dot.tsx";
import { useShownSections } from "./navigation.ts";
import { PersonMenu } from "./person-menu.tsx";
import type { Section } from "./section.ts";
import { Count } from "./sidebar.tsx";
import { WorkspaceMenu } from "./workspace-menu.tsx";

const IN_BAR = ["/inbox", "/tasks", "/agents"];
const TAB = "flex h-14 grow basis-0 flex-col items-center justify-center gap-0.5 text-xs text-ink-2";

export function BottomBar({ openMenu, stop }: { openMenu: () => void; stop: () => void }) {
  const [isOpen, setOpen] = useState(false);
  const sections = useShownSections();
  const tabs = IN_BAR.flatMap((to) => sections.find((section) => section.to === to) ?? []);
  const close = () => setOpen(false);
  return (
    <nav aria-label="Main" className="flex shrink-0 border-t border-line bg-side pb-[env(safe-area-inset-bottom)]">
      {tabs.map((section) => (
        <TabLink key={section.to} section={section} />
      ))}
      <button type="button" className={TAB} onClick={() => setOpen(true)}>
        <Ellipsis aria-hidden className="size-5" />
        More
      </button>
      <Dialog title="Bailiwick" isOpen={isOpen} onClose={close}>
        <div className="flex items-center gap-2 pb-2">
          <WorkspaceMenu isNarrow={false} />
          <PersonMenu />
        </div>
        <ul className="grid grid-cols-2 gap-1">
          {sections.map(({ to, label, icon: Icon }) => (
            <li key={to}>
              <Link to={to} onClick={close} className="flex h-11 items-center gap-3 rounded px-2 hover:bg-hover">
                <Icon aria-hidden className="size-5 text-ink-3" strokeWidth={1.75} />
                {label}
              </Link>
            </li>
          ))}
          <li>
            <button
              type="button"
              className="flex h-11 w-full items-center gap-3 rounded px-2 hover:bg-hover"
              onClick={() => {
                close();
                openMenu();
              }}
            >
              <Search aria-hidden className="size-5 text-ink-3" strokeWidth={1.75} />
              Search
            </button>
          </li>
          <li>
            <StopButton
              onClick={() => {
                close();
                stop();
              }}
            />
          </li>
        </ul>
        <div className="flex pt-3">
          <LiveDot />
        </div>
      </Dialog>
    </nav>
  );
}

function StopButton({ onClick }: { onClick: () => void }) {
  const denied = useDenied("stop:write");
  return (
    <button
      type="button"
      aria-disabled={denied !== undefined || undefined}
      title={denied}
      className={cx("flex h-11 w-full items-center gap-3 rounded px-2 hover:bg-hover", denied && "text-ink-3")}
      onClick={denied === undefined ? onClick : undefined}
    >
      <Octagon aria-hidden className="size-5 text-failed" strokeWidth={1.75} />
      Stop…
    </button>
  );
}

function TabLink({ section: { to, label, icon: Icon, useCount } }: { section: Section }) {
  return (
    <Link to={to} className={TAB} activeProps={{ className: "!text-accent-ink font-medium" }}>
      <span className="relative">
        <Icon aria-hidden className="size-5" strokeWidth={1.75} />
        {useCount && (
          <span className="absolute -top-1.5 left-3">
            <Count use={useCount} />
          </span>
        )}
      </span>
      {label}
    </Link>
  );
}
