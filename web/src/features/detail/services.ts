/** What the editor and the reader of texts ask of the app: people, items, pictures, addresses. */

import { useRouter } from "@tanstack/react-router";
import { useEffect, useMemo, useRef } from "react";
import type { RichTextServices } from "../../editor/rich-text.tsx";
import type { EditorServices, ItemRef } from "../../editor/types.ts";
import { fold, score } from "../../lib/match.ts";
import type { Engine } from "../../sync/contract.ts";
import type { Id, Member, WorkItem } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { type Catalog, catalogOf, findItems } from "../properties/index.ts";
import { imageUrl, uploadImage } from "./upload.ts";

export interface TextServices {
  readonly editor: EditorServices;
  readonly reader: RichTextServices;
}

/** The same object for the life of a project on the screen, because the editor is made with it. */
export function useTextServices(project: Id, attach: (files: readonly File[]) => void): TextServices {
  const engine = useEngine();
  const router = useRouter();
  const latest = useRef(attach);
  useEffect(() => {
    latest.current = attach;
  }, [attach]);
  return useMemo(() => {
    const { slug } = engine;
    const image = (asset: string) => imageUrl(slug, asset);
    const itemOf = (id: Id) => {
      const item = engine.table("work_item").get(id);
      return item ? refOf(catalogOf(engine), item) : null;
    };
    return {
      editor: {
        searchPeople: (query) => people(catalogOf(engine), project, query),
        searchItems: (query) => items(engine, project, query),
        itemName: itemOf,
        uploadImage: (file, onProgress, signal) => uploadImage(slug, project, file, onProgress, signal),
        imageUrl: image,
        attach: (files) => latest.current(files),
      },
      reader: {
        personName: (id) => engine.table("member").get(id)?.display_name ?? null,
        item: itemOf,
        itemHref: (key) => `/${slug}/item/${key}`,
        imageUrl: image,
        open: (href) => {
          void router.navigate({ href });
          return true;
        },
      },
    };
  }, [engine, project, router]);
}

const MOST = 8;

function people(catalog: Catalog, project: Id, query: string) {
  const wanted = fold(query);
  const fullName = (member: Member) => `${member.first_name} ${member.last_name}`.trim();
  const rank = (member: Member) =>
    wanted === "" ? 1 : Math.max(score(fold(member.display_name), wanted), score(fold(fullName(member)), wanted));
  return catalog
    .members(project)
    .map((member) => ({ member, rank: rank(member) }))
    .filter((entry) => entry.rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .slice(0, MOST)
    .map(({ member }) => ({
      id: member.id,
      name: member.display_name,
      hint: fullName(member) === member.display_name ? "" : fullName(member),
      avatarUrl: member.avatar_url,
    }));
}

/** Those of the same project first when nothing is typed. */
function items(engine: Engine, project: Id, query: string): readonly ItemRef[] {
  const catalog = catalogOf(engine);
  // Texts name items by their keys, which those have that the server knows.
  const keep = (item: WorkItem) =>
    item.archived_at === null && item.sequence_id > 0 && (query !== "" || item.project === project);
  return findItems(engine, catalog, query, keep, MOST).map((item) => refOf(catalog, item));
}

function refOf(catalog: Catalog, item: WorkItem): ItemRef {
  const group = catalog.state(item.state)?.group ?? "backlog";
  return { id: item.id, key: catalog.key(item), name: item.name, group };
}
