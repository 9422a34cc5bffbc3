import "./ui/base.css";
import { RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { startAccount } from "./app/account.ts";
import { startTheme } from "./app/theme.ts";
import { appCommands } from "./commands/app-commands.ts";
import { startKeymap } from "./commands/keymap.ts";
import { register } from "./commands/registry.ts";
import { followSignOut } from "./features/auth/sign-out.ts";
import { followOtherTabs } from "./lib/preferences.ts";
import { router } from "./routes/router.ts";
import { followUpdates, registerWorker } from "./sw/register.ts";

startTheme();
startAccount();
followOtherTabs();
followSignOut();
register(appCommands);
startKeymap();
followUpdates();
registerWorker();

const root = document.getElementById("root");
if (root) createRoot(root).render(<RouterProvider router={router} />);
