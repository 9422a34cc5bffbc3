/** An item beside the list: 520 px at the right, on phones the whole screen. Its key is in the address, so back closes it. */

import "./detail.css";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, ChevronDown, ChevronUp, Maximize2, X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useRef } from "react";
import type { WorkItem } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { IconButton } from "../../ui/button.tsx";
import { cx } from "../../ui/classes.ts";
import { tip } from "../../ui/tooltip.tsx";
import { useCatalog } from "../properties/index.ts";
import { ItemBody } from "./body.tsx";
import { useItemAt } from "./find.ts";
import { GoneBanner, NoItem } from "./gone.tsx";
import { ItemActions, Others } from "./head.tsx";

export interface PeekProps {
  readonly address: string;
  readonly onClose: () => void;
  /** It has another address from now on. */
  readonly onMoved: (address: string) => void;
  /** Shows the next or the previous item of the list. */
  readonly onWalk?: ((by: 1 | -1) => void) | undefined;
  /** It is a part of the screen and does not stand over it. */
  readonly pane?: Pane | undefined;
}

export interface Pane {
  /** What is said above the item. */
  readonly above: ReactNode;
  /** What is said where there is no item, if more is known of it. */
  readonly missing: ReactNode;
}

export function Peek(props: PeekProps) {
  const found = useItemAt(props.address, props.onMoved);
  const catalog = useCatalog();
  const panel = useRef<HTMLElement>(null);
  const item = found.kind === "there" ? found.item : found.kind === "gone" ? found.last : null;
  const name = item ? catalog.key(item) : props.address;
  /** Escape leaves a field first, then closes the panel. */
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const target = event.target as HTMLElement;
    // What floats over the panel closes itself.
    if (!panel.current?.contains(target)) return;
    event.preventDefault();
    event.stopPropagation();
    if (target.isContentEditable || target.matches("input, textarea")) target.blur();
    else props.onClose();
  };
  return (
    <aside ref={panel} aria-label={`Item ${name}`} className={props.pane ? "peek-pane" : "peek"} onKeyDown={onKeyDown}>
      {found.kind === "there" || found.kind === "gone" ? (
        <Open
          {...props}
          name={name}
          item={found.kind === "there" ? found.item : found.last}
          gone={found.kind === "gone" ? found : null}
        />
      ) : (
        <>
          <Bar {...props} name={name} item={null} />
          {props.pane?.above}
          {(found.kind === "missing" && props.pane?.missing) || <NoItem found={found} itemKey={name} />}
        </>
      )}
    </aside>
  );
}

interface OpenProps extends PeekProps {
  readonly name: string;
  readonly item: WorkItem;
  readonly gone: { readonly access: boolean } | null;
}

function Open({ item, gone, ...props }: OpenProps) {
  return (
    <>
      <Bar {...props} item={item} isGone={gone !== null} />
      <ItemBody
        item={item}
        readOnly={gone !== null}
        layout="peek"
        banner={
          <>
            {props.pane?.above}
            {gone && <GoneBanner item={item} access={gone.access} />}
          </>
        }
      />
    </>
  );
}

interface BarProps extends PeekProps {
  readonly name: string;
  readonly item: WorkItem | null;
  readonly isGone?: boolean;
}

function Bar({ address, name, item, isGone = false, onClose, onWalk, pane }: BarProps) {
  const engine = useEngine();
  const catalog = useCatalog();
  const project = item && catalog.project(item.project);
  return (
    <header
      className={cx(
        "flex h-(--header) shrink-0 items-center gap-1 border-b border-line pr-2 pl-5 max-sm:pl-4",
        pane && "max-lg:pl-1.5",
      )}
    >
      {pane && (
        <IconButton label="Back to the list" keys="Escape" onClick={onClose} className="lg:hidden">
          <ArrowLeft size={16} strokeWidth={1.5} aria-hidden="true" />
        </IconButton>
      )}
      <span className="flex min-w-0 items-center text-13 text-muted">
        {project && (
          <>
            <span className="min-w-0 truncate max-sm:hidden">{project.name}</span>
            <span aria-hidden="true" className="px-1.5 text-faint max-sm:hidden">
              ›
            </span>
          </>
        )}
        <span className="tabular shrink-0 font-semibold text-text">{name}</span>
      </span>
      <span className="ml-auto" />
      {item && !isGone && <Others item={item} />}
      {onWalk && (
        <>
          <IconButton label="Previous item" keys="k" onClick={() => onWalk(-1)}>
            <ChevronUp size={16} strokeWidth={1.5} aria-hidden="true" />
          </IconButton>
          <IconButton label="Next item" keys="j" onClick={() => onWalk(1)}>
            <ChevronDown size={16} strokeWidth={1.5} aria-hidden="true" />
          </IconButton>
        </>
      )}
      {item && !isGone && <ItemActions item={item} />}
      {item && (
        <Link
          to="/$ws/item/$key"
          params={{ ws: engine.slug, key: address }}
          aria-label="Open as a page"
          {...tip("Open as a page", "o")}
          className="flex size-7 items-center justify-center rounded-control text-muted hover:bg-hover hover:text-text pointer-coarse:size-11"
        >
          <Maximize2 size={16} strokeWidth={1.5} aria-hidden="true" />
        </Link>
      )}
      <IconButton label="Close" keys="Escape" onClick={onClose} className={cx(pane && "max-lg:hidden")}>
        <X size={16} strokeWidth={1.5} aria-hidden="true" />
      </IconButton>
    </header>
  );
}
