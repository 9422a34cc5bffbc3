/** Shows a stored text without the editor. The server has cleaned it; here only known elements and attributes are made all the same. */

import "./rich-text.css";
import { type CSSProperties, createElement, Fragment, memo, type ReactNode, useEffect, useMemo, useState } from "react";
import { cx } from "../ui/classes.ts";
import { StateIcon } from "../ui/state-icon.tsx";
import type { ItemRef } from "./types.ts";

export interface RichTextServices {
  /** The name that the person has now; null: unknown here. */
  personName(id: string): string | null;
  /** The item as it is now; null: unknown here. */
  item(id: string): ItemRef | null;
  itemHref(key: string): string;
  imageUrl(asset: string): Promise<string>;
  /** Opens an address of this app without a reload. Answers whether it did. */
  open(href: string): boolean;
}

export interface RichTextProps {
  readonly html: string;
  readonly services: RichTextServices;
  /** Ticks the nth checkbox of a to-do list. Without it they are only shown. */
  readonly onTick?: ((index: number, checked: boolean) => void) | undefined;
  readonly className?: string | undefined;
}

export const RichText = memo(function RichText({ html, services, onTick, className }: RichTextProps) {
  const content = useMemo(() => {
    const body = new DOMParser().parseFromString(html, "text/html").body;
    const context: Context = { services, onTick, ticks: 0 };
    return children(body, context);
  }, [html, services, onTick]);
  return <div className={cx("rt", isLong(html) && "rt-long", className)}>{content}</div>;
});

/** So long that not all of it is laid out at once. */
export function isLong(html: string): boolean {
  return html.length > 60_000;
}

interface Context {
  readonly services: RichTextServices;
  readonly onTick: RichTextProps["onTick"];
  ticks: number;
}

/** Elements that are shown as they are. */
const SHOWN = new Set(
  (
    "b blockquote br code col colgroup dd del dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre s small " +
    "span strike strong sub summary sup tbody td tfoot th thead tr u ul details"
  ).split(" "),
);
const VOID = new Set(["br", "col", "hr"]);
/** Between these, white space is no text and React wants none. */
const NO_TEXT = new Set(["table", "tbody", "thead", "tfoot", "tr", "colgroup"]);

function children(parent: Element, context: Context): ReactNode[] {
  const made: ReactNode[] = [];
  const noText = NO_TEXT.has(parent.localName);
  for (const [index, node] of [...parent.childNodes].entries()) {
    if (node.nodeType === Node.TEXT_NODE) {
      if (!noText) made.push(node.textContent);
    } else if (node instanceof Element) made.push(<Fragment key={index}>{element(node, context)}</Fragment>);
  }
  return made;
}

function element(node: Element, context: Context): ReactNode {
  switch (node.localName) {
    case "a":
      return <TextLink node={node} context={context} />;
    case "img":
      return <img src={safe(node, "src")} alt={node.getAttribute("alt") ?? ""} width={size(node)} loading="lazy" />;
    case "image-component":
      return <Uploaded node={node} load={context.services.imageUrl} />;
    case "mention-component":
      return <Mention node={node} services={context.services} />;
    case "issue-embed-component":
      return (
        <ItemChip id={node.getAttribute("entity_identifier") ?? ""} label="A work item" services={context.services} />
      );
    case "input":
      return tick(node, context);
    case "label":
      return children(node, context);
    case "table":
      return scroller("rt-table", <table style={style(node)}>{children(node, context)}</table>);
    case "pre":
      return scroller("rt-code", <pre data-language={language(node)}>{children(node, context)}</pre>);
    case "div":
      return <div {...boxOf(node)}>{children(node, context)}</div>;
    default:
      return SHOWN.has(node.localName) ? plain(node, context) : children(node, context);
  }
}

function plain(node: Element, context: Context): ReactNode {
  const props: Record<string, unknown> = { style: style(node) };
  for (const name of ["colspan", "rowspan", "start"]) {
    const value = Number(node.getAttribute(name));
    if (Number.isInteger(value) && value > 0)
      props[name === "colspan" ? "colSpan" : name === "rowspan" ? "rowSpan" : name] = value;
  }
  if (node.localName === "ol" && /^[aAiI1]$/.test(node.getAttribute("type") ?? ""))
    props.type = node.getAttribute("type");
  if (node.localName === "li" && node.hasAttribute("data-checked"))
    props["data-checked"] = node.getAttribute("data-checked");
  if (node.localName === "ul" && node.hasAttribute("data-type")) props["data-type"] = node.getAttribute("data-type");
  if (VOID.has(node.localName)) return createElement(node.localName, props);
  return createElement(node.localName, props, ...children(node, context));
}

/** What is wider than the column scrolls in itself, by the keyboard too. */
function scroller(className: string, inside: ReactNode): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <div className={className} tabIndex={0}>
      {inside}
    </div>
  );
}

function boxOf(node: Element): Record<string, unknown> {
  if (node.getAttribute("data-block-type") !== "callout-component") return { style: style(node) };
  return { className: "rt-callout", "data-background": node.getAttribute("data-background") ?? undefined };
}

function tick(node: Element, context: Context): ReactNode {
  const index = context.ticks;
  context.ticks += 1;
  const words = node.closest("li")?.querySelector("p")?.textContent?.trim();
  const { onTick } = context;
  return (
    <input
      type="checkbox"
      checked={node.hasAttribute("checked")}
      disabled={!onTick}
      aria-label={words || "To do"}
      onChange={(event) => onTick?.(index, event.target.checked)}
    />
  );
}

function TextLink({ node, context }: { node: Element; context: Context }) {
  const href = safe(node, "href");
  if (!href) return <>{children(node, context)}</>;
  const isInside = href.startsWith("/") && !href.startsWith("//");
  return (
    <a
      href={href}
      title={node.getAttribute("title") ?? undefined}
      {...(isInside ? {} : { target: "_blank", rel: "noopener noreferrer nofollow" })}
      onClick={(event) => {
        const plainClick = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
        if (isInside && plainClick && context.services.open(href)) event.preventDefault();
      }}
    >
      {children(node, context)}
    </a>
  );
}

function Mention({ node, services }: { node: Element; services: RichTextServices }) {
  const id = node.getAttribute("entity_identifier") ?? "";
  const label = node.getAttribute("label") ?? "";
  if (node.getAttribute("entity_name") === "issue_mention")
    return <ItemChip id={id} label={label} services={services} />;
  return <span className="rt-mention">@{services.personName(id) ?? label}</span>;
}

function ItemChip({ id, label, services }: { id: string; label: string; services: RichTextServices }) {
  const item = services.item(id);
  const key = item?.key ?? label;
  const href = services.itemHref(key);
  return (
    <a
      className="rt-item"
      href={href}
      onClick={(event) => {
        if (!event.ctrlKey && !event.metaKey && services.open(href)) event.preventDefault();
      }}
    >
      {item && <StateIcon group={item.group} />}
      <span className="tabular">{key}</span>
      {item && <span>{item.name}</span>}
    </a>
  );
}

function Uploaded({ node, load }: { node: Element; load: RichTextServices["imageUrl"] }) {
  const asset = node.getAttribute("src") ?? "";
  const [url, setUrl] = useState<string | null | undefined>(undefined);
  useEffect(() => {
    let gone = false;
    load(asset).then(
      (found) => gone || setUrl(found),
      () => gone || setUrl(null),
    );
    return () => {
      gone = true;
    };
  }, [asset, load]);
  const ratio = Number(node.getAttribute("aspectratio"));
  const width = node.getAttribute("width");
  const box: CSSProperties = {
    ...(ratio > 0 ? { aspectRatio: String(ratio) } : {}),
    ...(width && /^\d+(px|%)?$/.test(width) ? { width: /^\d+$/.test(width) ? `${width}px` : width } : {}),
  };
  if (url === null) return <p className="rt-missing">This picture is not available.</p>;
  return (
    <figure className="rt-figure">
      {url ? (
        <a href={url} target="_blank" rel="noopener noreferrer">
          <img src={url} alt={node.getAttribute("alt") || "Picture"} style={box} onError={() => setUrl(null)} />
        </a>
      ) : (
        <div className="rt-pending" style={box} />
      )}
    </figure>
  );
}

/** An address that may be followed: of this place, or of the web or mail. */
function safe(node: Element, name: string): string | undefined {
  const value = node.getAttribute(name) ?? "";
  try {
    const { protocol } = new URL(value, "https://here.invalid/");
    return ["http:", "https:", "mailto:"].includes(protocol) ? value : undefined;
  } catch {
    return undefined;
  }
}

function size(node: Element): number | undefined {
  const width = Number.parseInt(node.getAttribute("width") ?? "", 10);
  return width > 0 ? width : undefined;
}

function language(pre: Element): string | undefined {
  return /language-(\S+)/.exec(pre.firstElementChild?.getAttribute("class") ?? "")?.[1];
}

const STYLES: Record<string, keyof CSSProperties> = {
  "text-align": "textAlign",
  color: "color",
  "background-color": "backgroundColor",
  width: "width",
  "min-width": "minWidth",
};

/** The few declarations that the cleaner keeps; read as text, because the page's policy forbids style attributes. */
function style(node: Element): CSSProperties | undefined {
  const text = node.getAttribute("style");
  if (!text) return undefined;
  const made: Record<string, string> = {};
  for (const declaration of text.split(";")) {
    const [name = "", value = ""] = declaration.split(":").map((part) => part.trim());
    const property = STYLES[name.toLowerCase()];
    if (property && !value.includes("url")) made[property] = value;
  }
  return made;
}
