import { closeLayer } from "../app/shell-state.ts";
import { cx } from "../ui/classes.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { currentContext } from "./context.ts";
import { all, type Command, fits, type Section, titleOf } from "./registry.ts";

const SECTIONS: readonly Section[] = ["Selection", "Go to", "Create", "Edit", "View", "Workspace", "Account", "Help"];

/** All keys; what does nothing here and now is dimmed. */
export default function HelpSheet() {
  const context = currentContext();
  const withKeys = all().filter((command) => command.keys?.length);
  const parts = SECTIONS.map(
    (section) => [section, withKeys.filter((command) => command.section === section)] as const,
  );
  const line = (command: Command) => {
    const works = fits(command, context);
    return (
      <li
        key={command.id}
        className={cx("flex min-h-7 items-center justify-between gap-4 border-b border-line", works || "text-muted")}
      >
        <span className="min-w-0 truncate">
          {titleOf(command, context)}
          {!works && <span className="sr-only"> (not here)</span>}
        </span>
        <Kbd keys={command.keys?.[0] ?? ""} className="shrink-0" />
      </li>
    );
  };
  return (
    <Dialog open title="Keyboard shortcuts" onOpenChange={() => closeLayer("keys")} className="max-w-190">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <section aria-label="All shortcuts" tabIndex={0} className="max-h-[70vh] overflow-y-auto">
        <div className="columns-2 gap-8 text-13 max-sm:columns-1">
          {parts
            .filter(([, commands]) => commands.length > 0)
            .map(([section, commands]) => (
              <section key={section} className="mb-5 break-inside-avoid-column">
                <h3 className="mb-1 text-11 font-medium text-muted">{section}</h3>
                <ul>{commands.map(line)}</ul>
              </section>
            ))}
        </div>
      </section>
    </Dialog>
  );
}
