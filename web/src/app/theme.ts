/** The theme: light, dark, or the system's. `public/theme.js` sets the chosen theme before the first paint. */
import { useState } from "react";
import { stored } from "./stored.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
export const THEME_NAMES: Record<Theme, string> = { system: "System theme", light: "Light", dark: "Dark" };

const theme = stored("bailiwick.theme", "system");

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [chosen, setChosen] = useState(() => THEMES.find((one) => one === theme.get()) ?? "system");
  return [
    chosen,
    (next) => {
      setChosen(next);
      setTheme(next);
    },
  ];
}

export function setTheme(next: Theme): void {
  theme.set(next);
  if (next === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
}
