/** Sends files: asks for a form, sends the file with it, confirms. Progress is known only with the older kind of request. */

import { ApiError, answer, api, type Schemas } from "../../api/client.ts";
import type { Id } from "../../sync/rows.ts";
import { type Address, pathOf } from "./remote.ts";

export type OnProgress = (fraction: number) => void;

const ATTACHMENTS = "/api/v1/workspaces/{slug}/projects/{project_id}/work-items/{work_item_id}/attachments/";

/** Attaches a file to an item. */
export async function attachFile(at: Address, file: File, onProgress: OnProgress, signal: AbortSignal): Promise<void> {
  const body = { name: file.name || "file", type: typeOf(file), size: file.size };
  const form = await worded(file, answer(api.POST(ATTACHMENTS, { params: { path: pathOf(at) }, body })));
  await send(form.upload_data, file, onProgress, signal);
  const path = { ...pathOf(at), attachment_id: form.asset_id };
  await answer(api.PATCH(`${ATTACHMENTS}{attachment_id}/`, { params: { path }, body: { is_uploaded: true } }));
}

/** Sends a picture that stands in a text; its id. It is for those who are in the project. */
export async function uploadImage(
  slug: string,
  project: Id,
  file: File,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<Id> {
  const body = { name: file.name || "picture", type: typeOf(file), size: file.size, project_id: project };
  const form = await worded(
    file,
    answer(api.POST("/api/v1/workspaces/{slug}/assets/", { params: { path: { slug } }, body })),
  );
  await send(form.upload_data, file, onProgress, signal);
  const path = { slug, asset_id: form.asset_id };
  await answer(
    api.PATCH("/api/v1/workspaces/{slug}/assets/{asset_id}/", { params: { path }, body: { is_uploaded: true } }),
  );
  return form.asset_id;
}

/** Addresses of pictures are good for an hour. */
const GOOD_FOR = 50 * 60_000;
const addresses = new Map<string, { until: number; url: Promise<string> }>();

/** Where a picture of a text can be fetched from now. */
export function imageUrl(slug: string, asset: Id): Promise<string> {
  const key = `${slug}/${asset}`;
  const known = addresses.get(key);
  if (known && known.until > Date.now()) return known.url;
  const params = { params: { path: { slug, asset_id: asset } } };
  const url = answer(api.GET("/api/v1/workspaces/{slug}/assets/{asset_id}/", params)).then(({ asset_url }) =>
    local(asset_url),
  );
  addresses.set(key, { until: Date.now() + GOOD_FOR, url });
  url.catch(() => addresses.delete(key));
  return url;
}

/** Our own files by the address that this page was reached by; those of a bucket as they are. */
function local(address: string): string {
  const url = new URL(address, location.origin);
  return url.pathname.startsWith("/api/v1/assets/") ? url.pathname + url.search : address;
}

function typeOf(file: File): string {
  return file.type || "application/octet-stream";
}

function send(form: Schemas["UploadForm"], file: File, onProgress: OnProgress, signal: AbortSignal): Promise<void> {
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, String(value));
  body.append("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = (status: number) => reject(new ApiError(reason(status, file), status, null, {}));
    request.open("POST", local(form.url));
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", () => (request.status < 300 ? resolve() : fail(request.status)));
    request.addEventListener("error", () => fail(0));
    request.addEventListener("abort", () => fail(0));
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

/** The refusal of a form in words about the file. */
async function worded<T>(file: File, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const words = error.fields.size
      ? "It is larger than this server takes."
      : error.message.startsWith("Invalid file type")
        ? "Files of this kind cannot be attached."
        : file.size === 0
          ? "It is empty."
          : error.message;
    throw new ApiError(words, error.status, error.requestId, error.fields);
  }
}

function reason(status: number, file: File): string {
  if (status === 0) return "The server was not reached.";
  if (status === 413) return "It is larger than this server takes.";
  if (status === 415) return "Files of this kind cannot be attached.";
  if (status === 507) return "The server has no room left.";
  return `The server did not take ${file.name} (${status}).`;
}
