import { Ellipsis } from "lucide-react";
import type { Project } from "../sync/rows.ts";
import { IconButton } from "../ui/button.tsx";
import { lateMenu } from "../ui/late-menu.tsx";

const Items = lateMenu(() => import("./project-menu-items.tsx"));

export interface ProjectMenuProps {
  ws: string;
  project: Project;
}

/** What one does with a project from the sidebar: shown on hover and focus, and always where there is no hover. */
export function ProjectMenu(props: ProjectMenuProps) {
  return (
    <Items
      {...props}
      trigger={
        <IconButton
          size="sm"
          label={`More about ${props.project.name}`}
          className="absolute top-0.5 right-0.5 opacity-0 group-hover:opacity-100 focus-visible:opacity-100 data-popup-open:opacity-100 pointer-coarse:top-0 pointer-coarse:opacity-100"
        >
          <Ellipsis aria-hidden="true" />
        </IconButton>
      }
    />
  );
}
