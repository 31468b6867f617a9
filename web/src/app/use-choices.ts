/** The choices of the command menu for the typed text. */
import { TASK_STATUSES } from "@bailiwick/sdk";
import { useNavigate } from "@tanstack/react-router";
import { TASK_LOOKS } from "../domain/status.tsx";
import { useListedHotkeys } from "../ui/keys.ts";
import type { Choice, Group } from "./choice.ts";
import { useShownSections } from "./navigation.ts";
import { ranked } from "./ranked.ts";
import { setTheme, THEMES } from "./theme.ts";
import { useFound } from "./use-found.ts";

export function useChoices(text: string) {
  const { found, isSearching } = useFound(text);
  const here = useListedHotkeys()
    .filter(({ isMove }) => !isMove)
    .map(({ label = "", keys, denied, run }) => ({ id: `do ${label}`, label, keys, denied, run }));
  const pages = usePages();
  const views = useViews();
  const themes = THEMES.map((theme) => ({
    id: `theme ${theme}`,
    label: `Theme: ${theme}`,
    run: () => setTheme(theme),
  }));
  const fitting = (choices: readonly Choice[]) =>
    ranked(
      choices.filter(({ label }) => label.toLowerCase().includes(text.toLowerCase())),
      text,
      ({ label }) => label,
    );
  const groups: Group[] = [
    { value: "On this page", items: fitting(here) },
    { value: "Go to", items: fitting([...pages, ...(text === "" ? [] : views)]) },
    ...found,
    { value: "Theme", items: text === "" ? [] : fitting(themes) },
  ];
  return { groups: groups.filter(({ items }) => items.length > 0), isSearching };
}

function usePages(): Choice[] {
  const navigate = useNavigate();
  const sections = useShownSections().map(({ label, to, keys }) => ({
    id: `go ${to}`,
    label,
    keys,
    run: () => void navigate({ to }),
  }));
  const welcome = "Connect an agent, or start the demo crew";
  return [...sections, { id: "go /welcome", label: welcome, run: () => void navigate({ to: "/welcome" }) }];
}

/** Lists with a filter, under the words of the filter. */
function useViews(): Choice[] {
  const navigate = useNavigate();
  return [
    ...TASK_STATUSES.map((status) => ({
      id: `view ${status}`,
      label: `${TASK_LOOKS[status].word} tasks`,
      run: () => void navigate({ to: "/tasks", search: { status } }),
    })),
    {
      id: "view board",
      label: "Board of tasks",
      run: () => void navigate({ to: "/tasks", search: { view: "board" } }),
    },
    {
      id: "view graph",
      label: "Graph of tasks",
      run: () => void navigate({ to: "/tasks", search: { view: "graph" } }),
    },
    {
      id: "view paused",
      label: "Paused agents",
      run: () => void navigate({ to: "/agents", search: { status: "paused" } }),
    },
  ];
}
