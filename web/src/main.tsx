import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { loadAhead } from "./app/load-ahead.ts";
import { createQueryClient } from "./data/query.ts";
import { router } from "./router.tsx";
import { listenForHotkeys } from "./ui/keys.ts";
import "./styles.css";

function start(): void {
  const root = document.getElementById("root");
  if (!root) throw new Error("The page has no element #root.");
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={createQueryClient()}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
  loadAhead();
}

listenForHotkeys();
// The frame in the page stays until the first page can be shown in its place. No `await`: the files of the pages import
// this one and would wait for it.
void router.load().finally(start);
