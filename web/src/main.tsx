import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./data/query.ts";
import { router } from "./router.tsx";
import { listenForHotkeys } from "./ui/keys.ts";
import "./styles.css";

const root = document.getElementById("root");
if (!root) throw new Error("The page has no element #root.");
listenForHotkeys();
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient()}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
