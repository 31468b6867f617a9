/** The theme: light, dark, or the system's. `public/theme.js` sets the chosen theme before the first paint. */
import { stored, useStored } from "../data/stored.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
export const THEME_NAMES: Record<Theme, string> = { system: "System theme", light: "Light", dark: "Dark" };

const theme = stored("bailiwick.theme", "system");

export function useTheme(): [Theme, (theme: Theme) => void] {
  const chosen = useStored(theme);
  return [THEMES.find((one) => one === chosen) ?? "system", setTheme];
}

export function setTheme(next: Theme): void {
  theme.set(next);
  if (next === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
}
