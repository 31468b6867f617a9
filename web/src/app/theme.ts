/** Light, dark, or as the system says. `public/theme.js` sets what was chosen before the first paint. */
import { useState } from "react";
import { stored } from "./stored.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

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
