/** The sections of the dashboard. `router.tsx` hands them to the frame, so that the frame imports no page. */
import { type ComponentType, createContext, useContext } from "react";
import { useSession } from "../data/session.tsx";
import type { PanelProps, Section } from "./section.ts";

export const Sections = createContext<readonly Section[]>([]);

/** The sections that the person may see. */
export function useShownSections(): readonly Section[] {
  const sections = useContext(Sections);
  const { permissions } = useSession();
  return sections.filter(({ permission }) => permissions.has(permission));
}

/** Returns the panel of another section. */
export function usePanel(to: string): ComponentType<PanelProps> {
  const { Panel } = useContext(Sections).find((section) => section.to === to) ?? {};
  if (!Panel) throw new Error(`The section ${to} has no panel.`);
  return Panel;
}
