/** What a system of the product shows in the dashboard: its pages, and its place in the navigation. */
import type { AnyRoute } from "@tanstack/react-router";
import type { LucideIcon } from "lucide-react";
import type { ComponentType } from "react";

export type Group = "Home" | "Agents" | "Workbench" | "Integrations" | "Account";

export interface PanelProps {
  id: string;
}

export interface Section {
  group: Group;
  label: string;
  icon: LucideIcon;
  /** Where it begins. */
  to: string;
  /** The keys that lead there. */
  keys: string;
  /** What one needs to see anything of it. */
  permission: string;
  /** How many things in it wait for the person. */
  useCount?: () => number | undefined;
  /** One thing of the section, for the lists of other sections. */
  Panel?: ComponentType<PanelProps>;
  routes: readonly AnyRoute[];
}
