/** A section of the dashboard: the pages of one system and its place in the navigation. */
import type { PermissionName } from "@bailiwick/sdk";
import type { AnyRoute } from "@tanstack/react-router";
import type { LucideIcon } from "lucide-react";
import type { ComponentType } from "react";

export type Group = "Home" | "Agents" | "Workbench" | "Governance" | "Observability" | "Integrations" | "Account";

export interface PanelProps {
  id: string;
}

export interface Section {
  group: Group;
  label: string;
  icon: LucideIcon;
  /** The address of its first page. */
  to: string;
  /** The keyboard shortcut to it. */
  keys: string;
  /** The permission that its pages need. */
  permission: PermissionName;
  /** Returns the number of things in it that wait for the person. */
  useCount?: () => number | undefined;
  /** Shows one thing of the section next to a list of another section. */
  Panel?: ComponentType<PanelProps>;
  routes: readonly AnyRoute[];
}
