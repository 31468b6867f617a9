/** The parts of the dashboard that the person may see. */
import { useSession } from "../data/session.tsx";
import { SECTIONS } from "../sections.ts";
import type { Section } from "./section.ts";

export function useShownSections(): readonly Section[] {
  const { permissions } = useSession();
  return SECTIONS.filter(({ permission }) => permissions.has(permission));
}
