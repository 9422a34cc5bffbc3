import { useRef } from "react";
import type { WorkItem } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { cx } from "../../ui/classes.ts";
import { change } from "../properties/edit.ts";
import { focusList } from "./focus.ts";
import { rename, useIsRenaming } from "./renaming.ts";

export interface TitleProps {
  item: WorkItem;
  href: string;
  className?: string;
}

/** The title: a link to the item's own page, or while it is being renamed a field. */
export function Title({ item, href, className }: TitleProps) {
  const renaming = useIsRenaming(item.id);
  if (renaming) return <RenameField item={item} className={className} />;
  return (
    <a href={href} tabIndex={-1} data-title="" draggable={false} className={cx("item-title", className)}>
      {item.name}
    </a>
  );
}

function RenameField({ item, className }: { item: WorkItem; className?: string | undefined }) {
  const engine = useEngine();
  // Leaving the field saves; Escape leaves without.
  const cancelled = useRef(false);
  const done = () => {
    rename(null);
    focusList();
  };
  const save = (text: string) => {
    const name = text.trim();
    if (!cancelled.current && name !== "")
      change(
        engine,
        [item],
        () => ({ name }),
        (names) => `Renamed ${names}`,
      );
    rename(null);
  };
  return (
    <input
      ref={(field) => field?.focus({ preventScroll: true })}
      aria-label="Title"
      defaultValue={item.name}
      maxLength={255}
      onFocus={(event) => event.currentTarget.select()}
      onBlur={(event) => save(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== "Escape") return event.stopPropagation();
        if (event.nativeEvent.isComposing) return;
        event.preventDefault();
        event.stopPropagation();
        cancelled.current = event.key === "Escape";
        event.currentTarget.blur();
        done();
      }}
      className={cx("w-full rounded-[4px] bg-raised px-1 -mx-1 outline-2 outline-focus", className)}
    />
  );
}
