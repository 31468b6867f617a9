/** The routes of the dashboard. */
import { createRoute, createRouter } from "@tanstack/react-router";
import { App } from "./app/app.tsx";
import { CrashPage, NotFoundPage } from "./app/failures.tsx";
import { rootRoute, textOf } from "./app/root-route.ts";
import { SECTIONS } from "./sections.ts";
import { lazyPart } from "./ui/lazy-part.tsx";

const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  component: lazyPart(() => import("./pages/welcome/start.tsx"), "Start"),
});
const welcomeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/welcome",
  component: lazyPart(() => import("./pages/welcome/welcome.tsx"), "Welcome"),
});
const deviceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/device",
  validateSearch: (search: Record<string, unknown>): { code?: string | undefined } => ({ code: textOf(search.code) }),
  component: lazyPart(() => import("./pages/device/device.tsx"), "DevicePage"),
});
/** Each component in all its states; only in development. */
const designRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/design",
  component: import.meta.env.DEV ? lazyPart(() => import("./pages/design/design.tsx"), "Design") : NotFoundPage,
});

type SectionRoute = (typeof SECTIONS)[number]["routes"][number];
// `flatMap` loses the type of the tuples, and spreading them by hand would take a second line for each section.
const sectionRoutes = SECTIONS.flatMap((section) => [...section.routes] as SectionRoute[]);

const routeTree = rootRoute
  .update({ component: () => <App sections={SECTIONS} />, notFoundComponent: NotFoundPage })
  .addChildren([startRoute, welcomeRoute, deviceRoute, designRoute, ...sectionRoutes]);

export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultErrorComponent: CrashPage,
  defaultPendingMs: 300,
  scrollRestoration: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
