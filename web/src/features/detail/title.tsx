/** The title, edited where it stands: Enter or leaving saves, Escape takes it back. */

import { useEffect, useRef, useState } from "react";
import type { WorkItem } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { cx } from "../../ui/classes.ts";
import { change } from "../properties/index.ts";

const LONGEST = 255;

interface Props {
  readonly item: WorkItem;
  readonly canEdit: boolean;
  readonly large?: boolean;
}

export function ItemTitle({ item, canEdit, large = false }: Props) {
  const engine = useEngine();
  /** What is typed; null: nothing, the item's own title stands there. */
  const [typed, setTyped] = useState<string | null>(null);
  const unsaved = useRef<string | null>(null);
  unsaved.current = typed;
  const id = item.id;

  const save = () => {
    const name = unsaved.current?.replace(/\s+/g, " ").trim();
    const now = engine.table("work_item").get(id);
    setTyped(null);
    if (name && now && name !== now.name)
      change(
        engine,
        [now],
        () => ({ name }),
        (names) => `Renamed ${names}`,
      );
  };
  const latest = useRef(save);
  latest.current = save;
  // Who goes on by a key leaves the field without leaving it.
  useEffect(() => () => latest.current(), []);

  const look = cx("w-full font-semibold leading-snug tracking-tight", large ? "text-28 max-sm:text-20" : "text-20");
  if (!canEdit) return <h2 className={cx(look, "text-balance")}>{item.name}</h2>;
  return (
    <div>
      <textarea
        aria-label="Title"
        data-detail-title=""
        rows={1}
        maxLength={LONGEST}
        value={typed ?? item.name}
        aria-invalid={typed !== null && typed.trim() === ""}
        onChange={(event) => setTyped(event.target.value.replaceAll("\n", " "))}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Enter") {
            event.preventDefault();
            event.currentTarget.blur();
          } else if (event.key === "Escape") {
            event.stopPropagation();
            unsaved.current = null;
            setTyped(null);
            event.currentTarget.blur();
          }
        }}
        className={cx(
          look,
          "block field-sizing-content resize-none rounded-control bg-transparent px-1.5 -mx-1.5 hover:bg-hover focus:bg-raised",
        )}
      />
      {typed !== null && typed.trim() === "" && (
        <p role="alert" className="text-12 text-danger">
          An item needs a title.
        </p>
      )}
    </div>
  );
}
