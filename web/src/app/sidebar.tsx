/** The navigation at the left. It collapses to icons, and the browser keeps that choice. */
import { Link } from "@tanstack/react-router";
import { Octagon, PanelLeftClose, PanelLeftOpen, Search } from "lucide-react";
import { useDenied } from "../data/session.tsx";
import { stored, useStored } from "../data/stored.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/class-names.ts";
import { Kbd } from "../ui/kbd.tsx";
import { Tip } from "../ui/tip.tsx";
import { useIsCompact } from "../ui/use-media.ts";
import { LiveDot } from "./live-dot.tsx";
import { useShownSections } from "./navigation.ts";
import { PersonMenu } from "./person-menu.tsx";
import type { Section } from "./section.ts";
import { WorkspaceMenu } from "./workspace-menu.tsx";

const width = stored("bailiwick.sidebar", "wide");

export function Sidebar({ openMenu, stop }: { openMenu: () => void; stop: () => void }) {
  const isCompact = useIsCompact();
  const isChosen = useStored(width) === "narrow";
  const isNarrow = isChosen || isCompact;
  const groups = Map.groupBy(useShownSections(), ({ group }) => group);
  return (
    <nav
      aria-label="Main"
      className={cx("flex shrink-0 flex-col border-r border-line bg-side", isNarrow ? "w-13" : "w-58")}
    >
      <div className="flex h-13 shrink-0 items-center px-2">
        <WorkspaceMenu isNarrow={isNarrow} />
      </div>
      <div className="shrink-0 px-2 pb-2">
        <SearchButton isNarrow={isNarrow} onClick={openMenu} />
      </div>
      <div className="min-h-0 grow space-y-4 overflow-y-auto px-2 py-1">
        {[...groups].map(([group, sections]) => (
          <div key={group}>
            {isHeadingShown(group, sections) && !isNarrow && (
              <p className="px-2 pb-1 text-xs font-medium text-ink-3">{group}</p>
            )}
            <ul className="space-y-px">
              {sections.map((section) => (
                <SideLink key={section.to} section={section} isNarrow={isNarrow} />
              ))}
            </ul>
          </div>
        ))}
      </div>
      <div className={cx("flex shrink-0 items-center gap-1 border-t border-line p-2", isNarrow && "flex-col")}>
        <PersonMenu />
        {!isNarrow && <LiveDot />}
        <StopButton onClick={stop} />
        {!isCompact && <WidthButton isNarrow={isNarrow} />}
        {isNarrow && <LiveDot isNarrow />}
      </div>
    </nav>
  );
}

/** A heading that repeats the name of a section says nothing. */
function isHeadingShown(group: string, sections: readonly Section[]): boolean {
  return group !== "Home" && sections.every(({ label }) => label !== group);
}

function StopButton({ onClick }: { onClick: () => void }) {
  return (
    <Button
      look="quiet"
      size="icon"
      label="Stop the workspace or an agent…"
      denied={useDenied("stop:write")}
      onClick={onClick}
    >
      <Octagon aria-hidden className="size-4" />
    </Button>
  );
}

function WidthButton({ isNarrow }: { isNarrow: boolean }) {
  const Icon = isNarrow ? PanelLeftOpen : PanelLeftClose;
  return (
    <Button
      look="quiet"
      size="icon"
      label={isNarrow ? "Expand the navigation" : "Collapse the navigation"}
      onClick={() => width.set(isNarrow ? "wide" : "narrow")}
    >
      <Icon aria-hidden className="size-4" />
    </Button>
  );
}

function SearchButton({ isNarrow, onClick }: { isNarrow: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      onClick={onClick}
      aria-label={isNarrow ? "Search and commands" : undefined}
      className="flex h-8 w-full items-center gap-2 rounded border border-line bg-raised px-2 text-ink-3 hover:border-line-strong"
    >
      <Search aria-hidden className="size-4 shrink-0" />
      {!isNarrow && (
        <>
          <span className="grow text-left">Search</span>
          <Kbd keys="mod+k" />
        </>
      )}
    </button>
  );
}

function SideLink({ section, isNarrow }: { section: Section; isNarrow: boolean }) {
  const { label, icon: Icon, to, keys } = section;
  const link = (
    <Link
      to={to}
      aria-label={isNarrow ? label : undefined}
      className="relative flex h-8 items-center gap-2.5 rounded px-2 text-ink-2 hover:bg-hover hover:text-ink"
      activeProps={{ className: "bg-pressed !text-ink font-medium" }}
    >
      <Icon aria-hidden className="size-4 shrink-0" strokeWidth={1.75} />
      {!isNarrow && <span className="grow truncate">{label}</span>}
      {section.useCount && <Count use={section.useCount} isNarrow={isNarrow} />}
    </Link>
  );
  return (
    <li>
      {isNarrow ? (
        <Tip text={label} keys={keys} side="right">
          {link}
        </Tip>
      ) : (
        link
      )}
    </li>
  );
}

export function Count({ use, isNarrow = false }: { use: () => number | undefined; isNarrow?: boolean }) {
  const count = use();
  if (!count) return null;
  return (
    <span
      className={cx(
        "block w-max rounded-full bg-accent px-1.5 text-xs font-medium text-white tabular-nums",
        isNarrow && "absolute top-0 right-0 px-1",
      )}
    >
      {count > 99 ? "99+" : count}
      <span className="sr-only"> waiting</span>
    </span>
  );
}
