/** The choices of the command menu for the typed text. */
import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue } from "react";
import { useRead } from "../data/query.ts";
import { useListedHotkeys } from "../ui/keys.ts";
import { useShownSections } from "./navigation.ts";
import { setTheme, THEMES } from "./theme.ts";

export interface Choice {
  id: string;
  label: string;
  about?: string | undefined;
  keys?: string | undefined;
  denied?: string | undefined;
  run: () => void;
}

const FOUND_MAX = 8;
/** A shorter text would match almost everything. */
const SEARCHED_LENGTH_MIN = 2;

export function useChoices(text: string) {
  const navigate = useNavigate();
  const { found, isSearching } = useFound(text);
  const here = useListedHotkeys()
    .filter(({ isMove }) => !isMove)
    .map(({ label = "", keys, denied, run }) => ({ id: `do ${label}`, label, keys, denied, run }));
  const pages = useShownSections().map(({ label, to, keys }) => ({
    id: `go ${to}`,
    label,
    keys,
    run: () => void navigate({ to }),
  }));
  const themes = THEMES.map((theme) => ({
    id: `theme ${theme}`,
    label: `Theme: ${theme}`,
    run: () => setTheme(theme),
  }));
  const fits = ({ label }: Choice) => label.toLowerCase().includes(text.toLowerCase());
  const groups: { value: string; items: Choice[] }[] = [
    { value: "On this page", items: here.filter(fits) },
    { value: "Go to", items: pages.filter(fits) },
    ...found,
    { value: "Theme", items: text === "" ? [] : themes.filter(fits) },
  ];
  return { groups: groups.filter(({ items }) => items.length > 0), isSearching };
}

function useFound(text: string) {
  const navigate = useNavigate();
  const q = useDeferredValue(text);
  const enabled = q.length >= SEARCHED_LENGTH_MIN;
  const input = { q: q.slice(0, 200), limit: FOUND_MAX };
  const options = { enabled, keep: true };
  const tasks = useRead(["tasks", "search", q], (client, call) => client.tasks.list(input, call), options);
  const agents = useRead(["agents", "search", q], (client, call) => client.agents.list(input, call), options);
  const found = [
    {
      value: "Tasks",
      items: (tasks.data?.items ?? []).map(({ id, title, status }) => ({
        id,
        label: title,
        about: status,
        run: () => void navigate({ to: "/tasks/$id", params: { id } }),
      })),
    },
    {
      value: "Agents",
      items: (agents.data?.items ?? []).map(({ id, name, status }) => ({
        id,
        label: name,
        about: status,
        run: () => void navigate({ to: "/agents/$id", params: { id } }),
      })),
    },
  ];
  return { found: enabled ? found : [], isSearching: enabled && (tasks.isFetching || agents.isFetching) };
}
