/** Refusals of the server, in words. */

/** What went wrong, in words for the user. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly requestId: string | null,
    /** Messages by field, to stand below the fields. */
    readonly fields: Readonly<Record<string, string>>,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "ApiError";
  }
}

/** Makes an `ApiError` of a refusal in any of the shapes of the API. */
export function refusal(status: number, body: unknown, requestId: string | null): ApiError {
  const fields = fieldMessages(body);
  return new ApiError(inWords(status, body, fields), status, requestId, fields);
}

function fieldMessages(body: unknown): Record<string, string> {
  const fields: Record<string, string> = {};
  if (typeof body !== "object" || body === null || Array.isArray(body)) return fields;
  for (const [key, value] of Object.entries(body)) {
    if (!Array.isArray(value) || key === "non_field_errors") continue;
    const text = value.filter((entry) => typeof entry === "string").join(" ");
    if (text) fields[key] = text;
  }
  return fields;
}

function inWords(status: number, body: unknown, fields: Record<string, string>): string {
  const said = body as {
    detail?: unknown;
    error?: unknown;
    error_message?: unknown;
    non_field_errors?: unknown;
  } | null;
  if (typeof said === "object" && said !== null) {
    if (Array.isArray(said.non_field_errors)) return said.non_field_errors.join(" ");
    for (const text of [said.error, said.detail]) if (typeof text === "string" && text) return text;
  }
  const named = Object.entries(fields).map(([field, text]) => `${readable(field)}: ${text}`);
  if (named.length) return named.join(" ");
  if (status === 429) return "Too many requests at once. Try again in a minute.";
  if (status === 413) return "That is too large for the server.";
  if (status >= 500) return "The server failed. Try again in a moment.";
  return `The server refused this (${status}).`;
}

function readable(field: string): string {
  const words = field.replace(/_id$/, "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
