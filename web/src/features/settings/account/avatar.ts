import { ApiError, answer, api, type Schemas } from "../../../api/client.ts";

const MOST = 5 * 1024 * 1024;

/** Makes the picture, sends it with the form of the answer, and confirms it. */
export async function uploadAvatar(file: File): Promise<void> {
  if (file.size > MOST) throw new ApiError("The picture is larger than 5 MB.", 413, null, {});
  const body = { entity_type: "USER_AVATAR", name: file.name, size: file.size, type: file.type };
  const made = await answer(api.POST("/api/v1/assets/user-assets/", { body }));
  const form = new FormData();
  for (const [name, value] of Object.entries(made.upload_data.fields)) form.append(name, String(value));
  form.append("file", file);
  const sent = await fetch(new URL(made.upload_data.url).pathname, { method: "POST", body: form });
  if (!sent.ok) throw new ApiError("The server could not read this picture.", sent.status, null, {});
  const params = { path: { asset_id: made.asset_id } };
  await answer(api.PATCH("/api/v1/assets/user-assets/{asset_id}/", { params, body: {} }));
}

/** The address of a picture ends with its id. */
export async function removeAvatar(user: Schemas["Account"]): Promise<void> {
  const [asset_id] = /[0-9a-f]{8}-[0-9a-f-]{27}(?=\/?$)/.exec(user.avatar_url ?? "") ?? [];
  if (!asset_id) throw new ApiError("This picture cannot be removed here.", 0, null, {});
  await answer(api.DELETE("/api/v1/assets/user-assets/{asset_id}/", { params: { path: { asset_id } } }));
}
