"use strict";

// Shows /api/v1/openapi.json. Text goes into the page as text, never as markup.

const METHODS = ["get", "post", "put", "patch", "delete"];

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
  for (const child of children.flat()) if (child !== null && child !== undefined) made.append(child);
  return made;
}

function resolved(api, schema) {
  if (!schema || !schema.$ref) return schema || {};
  return schema.$ref.replace(/^#\//, "").split("/").reduce((at, part) => (at || {})[part.replace(/~1/g, "/")], api) || {};
}

function typeOf(api, schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  for (const either of [schema.oneOf, schema.anyOf, schema.allOf]) if (either) return either.map((one) => typeOf(api, one)).join(" | ");
  const types = [].concat(schema.type || "any").map((type) => (type === "array" ? `list of ${typeOf(api, schema.items)}` : type));
  return types.join(" | ") + (schema.format ? ` (${schema.format})` : "");
}

// An example of a value of this schema: what its author wrote, else one of its type.
function example(api, schema, depth) {
  if (!schema || depth > 5) return null;
  if (schema.example !== undefined) return schema.example;
  const full = resolved(api, schema);
  if (full.example !== undefined) return full.example;
  if (full.default !== undefined) return full.default;
  if (full.allOf) return Object.assign({}, ...full.allOf.map((part) => example(api, part, depth + 1) || {}));
  const either = full.oneOf || full.anyOf;
  if (either) return example(api, either.find((one) => one.type !== "null"), depth + 1);
  const type = [].concat(full.type || "any").find((one) => one !== "null");
  if (type === "object" || full.properties) {
    const made = {};
    for (const [name, property] of Object.entries(full.properties || {})) made[name] = example(api, property, depth + 1);
    return made;
  }
  if (type === "array") return [example(api, full.items, depth + 1)];
  if (full.enum) return full.enum[0];
  if (type === "integer" || type === "number") return 0;
  if (type === "boolean") return false;
  if (full.format === "uuid") return "00000000-0000-4000-8000-000000000000";
  if (full.format === "date-time") return "2026-01-31T12:00:00.000000Z";
  return type === "string" ? "text" : null;
}

function table(heads, rows) {
  if (rows.length === 0) return null;
  const cell = (name) => (content) => element(name, null, content);
  return element("table", null, element("thead", null, element("tr", null, heads.map(cell("th")))),
    element("tbody", null, rows.map((row) => element("tr", null, row.map(cell("td"))))));
}

function fields(api, schema) {
  const full = resolved(api, schema);
  const parts = [full, ...(full.allOf || []).map((part) => resolved(api, part))];
  const required = parts.flatMap((part) => part.required || []);
  return parts.flatMap((part) => Object.entries(part.properties || {})).map(([name, property]) => [
    element("code", null, name), typeOf(api, property) + (required.includes(name) ? ", required" : ""), property.description || "",
  ]);
}

function content(api, holder) {
  const json = ((holder || {}).content || {})["application/json"];
  if (!json) return [];
  return [table(["Field", "Type", "Meaning"], fields(api, json.schema)),
    element("pre", null, JSON.stringify(json.example !== undefined ? json.example : example(api, json.schema, 0), null, 2))];
}

function operation(api, path, method, said) {
  const parameters = (said.parameters || []).map((one) => resolved(api, one));
  const answers = Object.entries(said.responses || {});
  const good = answers.find(([status]) => status.startsWith("2"));
  const rows = parameters.map((one) => [element("code", null, one.name), one.in, typeOf(api, one.schema), one.description || ""]);
  const rights = said["x-action"] ? element("p", null, "Right: ", element("code", null, said["x-action"])) : null;
  return element("article", { id: said.operationId },
    element("h3", null, element("span", { class: "method" }, method.toUpperCase()), element("code", null, path)),
    element("p", null, said.summary || said.description || ""), rights,
    rows.length ? element("h4", null, "Parameters") : null, table(["Name", "In", "Type", "Meaning"], rows),
    said.requestBody ? element("h4", null, "Body") : null, content(api, said.requestBody),
    element("h4", null, "Answers"),
    table(["Status", "Meaning"], answers.map(([status, answer]) => [element("code", null, status), resolved(api, answer).description || ""])),
    good ? content(api, resolved(api, good[1])) : []);
}

function show(api) {
  const groups = new Map();
  for (const [path, methods] of Object.entries(api.paths || {})) {
    for (const method of METHODS.filter((name) => methods[name])) {
      const tag = (methods[method].tags || ["Other"])[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push([path, method, methods[method]]);
    }
  }
  const main = element("main"), nav = element("nav", { "aria-label": "Operations" });
  for (const [tag, list] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {
    const links = list.map(([, method, said]) =>
      element("li", { "data-for": said.operationId }, element("a", { href: `#${said.operationId}` }, said.summary || `${method} ${said.operationId}`)));
    nav.append(element("strong", null, tag), element("ul", null, links));
    main.append(element("section", null, element("h2", null, tag), list.map((one) => operation(api, ...one))));
  }
  document.querySelector("main").replaceWith(main);
  document.querySelector("nav").replaceWith(nav);
}

function find(words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  for (const article of document.querySelectorAll("article")) {
    const text = article.textContent.toLowerCase();
    article.hidden = !wanted.every((word) => text.includes(word));
    const link = document.querySelector(`[data-for="${article.id}"]`);
    if (link) link.hidden = article.hidden;
  }
  for (const section of document.querySelectorAll("section")) section.hidden = !section.querySelector("article:not([hidden])");
}

fetch("/api/v1/openapi.json")
  .then((answer) => answer.json())
  .then((api) => {
    show(api);
    const input = document.getElementById("find");
    input.addEventListener("input", () => find(input.value));
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  })
  .catch((error) => document.querySelector("main").replaceChildren(`The description could not be read: ${error}`));
