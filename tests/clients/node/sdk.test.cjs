// The Node SDK against our server: what `python/` does, in the words of the other language.
"use strict";

const assert = require("node:assert/strict");
const { before, test } = require("node:test");
const { HttpError, PlaneClient } = require("@makeplane/plane-node-sdk");

const WORKSPACE = "clients";
const baseUrl = process.env.AILERON_TEST_URL;
const clientOf = (role) => new PlaneClient({ baseUrl, apiKey: process.env[`AILERON_TEST_${role}`] });
const client = clientOf("ADMIN");

/** What the server says without the SDK. */
const look = async (path) => {
  const headers = { "X-Api-Key": process.env.AILERON_TEST_ADMIN };
  const answer = await fetch(`${baseUrl}/api/v1/workspaces/${WORKSPACE}/${path}`, { headers });
  return { status: answer.status, json: answer.status === 200 ? await answer.json() : null };
};

const refused = (status, promise) =>
  assert.rejects(promise, (error) => error instanceof HttpError && error.statusCode === status);

let project;
const newItem = (fields = {}) => client.workItems.create(WORKSPACE, project.id, { name: "An item", ...fields });

before(async () => {
  project = await client.projects.create(WORKSPACE, { name: "Of Node", identifier: "NODE" });
});

test("the current user", async () => {
  const me = await client.users.me();
  assert.equal(me.email, "admin@clients.test");
  assert.equal(me.display_name, "ada");
});

test("projects", async () => {
  const made = await client.projects.create(WORKSPACE, { name: "Boats", identifier: "boat", description: "Afloat" });
  assert.deepEqual([made.name, made.identifier, made.description], ["Boats", "BOAT", "Afloat"]);
  const changed = await client.projects.update(WORKSPACE, made.id, { name: "Big boats" });
  assert.deepEqual([changed.id, changed.name, changed.description], [made.id, "Big boats", "Afloat"]);
  assert.equal((await client.projects.retrieve(WORKSPACE, made.id)).name, "Big boats");
  const page = await client.projects.list(WORKSPACE);
  assert.ok(page.results.some((one) => one.id === made.id));
  assert.equal(page.total_results, page.results.length);
  const members = await client.projects.getMembers(WORKSPACE, made.id);
  assert.deepEqual(members.map((one) => one.email), ["admin@clients.test"]);
  await client.projects.archive(WORKSPACE, made.id);
  assert.notEqual((await look(`projects/${made.id}/`)).json.archived_at, null);
  await client.projects.unArchive(WORKSPACE, made.id);
  await client.projects.delete(WORKSPACE, made.id);
  await refused(404, client.projects.retrieve(WORKSPACE, made.id));
  await refused(403, clientOf("OTHER").projects.list(WORKSPACE));
});

test("states", async () => {
  const made = await client.states.create(WORKSPACE, project.id, { name: "In review", color: "#8844ff", group: "started" });
  assert.deepEqual([made.name, made.color, made.group, made.project], ["In review", "#8844ff", "started", project.id]);
  const changed = await client.states.update(WORKSPACE, project.id, made.id, { name: "Reviewed" });
  assert.deepEqual([changed.id, changed.name, changed.color], [made.id, "Reviewed", "#8844ff"]);
  const names = (await client.states.list(WORKSPACE, project.id)).results.map((one) => one.name);
  assert.ok(names.includes("Reviewed") && names.includes("Backlog"));
  await client.states.delete(WORKSPACE, project.id, made.id);
  await refused(404, client.states.retrieve(WORKSPACE, project.id, made.id));
});

test("labels", async () => {
  const made = await client.labels.create(WORKSPACE, project.id, { name: "bug", color: "#ff0000" });
  assert.deepEqual([made.name, made.color, made.project], ["bug", "#ff0000", project.id]);
  const changed = await client.labels.update(WORKSPACE, project.id, made.id, { name: "defect" });
  assert.deepEqual([changed.id, changed.name, changed.color], [made.id, "defect", "#ff0000"]);
  assert.equal((await client.labels.retrieve(WORKSPACE, project.id, made.id)).name, "defect");
  assert.deepEqual((await client.labels.list(WORKSPACE, project.id)).results.map((one) => one.name), ["defect"]);
  await client.labels.delete(WORKSPACE, project.id, made.id);
  assert.deepEqual((await look(`projects/${project.id}/labels/`)).json.results, []);
});

test("a work item from its making to its end", async () => {
  const me = (await client.users.me()).id;
  const states = (await client.states.list(WORKSPACE, project.id)).results;
  const done = states.find((one) => one.group === "completed").id;
  const made = await newItem({ name: "Paint the hull", priority: "high", assignees: [me], target_date: "2026-05-01" });
  assert.deepEqual([made.name, made.priority, made.assignees, made.target_date], ["Paint the hull", "high", [me], "2026-05-01"]);
  const changed = await client.workItems.update(WORKSPACE, project.id, made.id, { state: done });
  assert.deepEqual([changed.state, changed.name], [done, "Paint the hull"]);
  assert.notEqual(changed.completed_at, null);
  const whole = await client.workItems.retrieve(WORKSPACE, project.id, made.id, ["state", "assignees"]);
  assert.deepEqual([whole.state.group, whole.assignees[0].id], ["completed", me]);
  const byNumber = await client.workItems.retrieveByIdentifier(WORKSPACE, `NODE-${made.sequence_id}`);
  assert.equal(byNumber.id, made.id);
  await client.workItems.delete(WORKSPACE, project.id, made.id);
  assert.equal((await look(`projects/${project.id}/work-items/${made.id}/`)).status, 404);
});

test("lists, filters and search", async () => {
  const urgent = await newItem({ name: "A boat with a marimba", priority: "urgent" });
  await newItem({ name: "Another boat", priority: "low" });
  const page = await client.workItems.list(WORKSPACE, project.id, { per_page: 1, order_by: "-created_at" });
  assert.deepEqual([page.results.length, page.results[0].name, page.next_page_results], [1, "Another boat", true]);
  const next = await client.workItems.list(WORKSPACE, project.id, { per_page: 1, order_by: "-created_at", cursor: page.next_cursor });
  assert.equal(next.results[0].id, urgent.id);
  const filtered = await client.workItems.list(WORKSPACE, project.id, { filters: { priority: "urgent" } });
  assert.deepEqual(filtered.results.map((one) => one.id), [urgent.id]);
  const { issues } = await client.workItems.search(WORKSPACE, "marimba", project.id);
  assert.deepEqual(issues.map((one) => [one.id, one.project__identifier]), [[urgent.id, "NODE"]]);
});

test("comments", async () => {
  const { comments } = client.workItems;
  const item = await newItem();
  const made = await comments.create(WORKSPACE, project.id, item.id, { comment_html: "<p>First</p>" });
  assert.deepEqual([made.comment_html, made.issue], ["<p>First</p>", item.id]);
  const changed = await comments.update(WORKSPACE, project.id, item.id, made.id, { comment_html: "<p>Second</p>" });
  assert.deepEqual([changed.id, changed.comment_html], [made.id, "<p>Second</p>"]);
  const page = await comments.list(WORKSPACE, project.id, item.id);
  assert.deepEqual(page.results.map((one) => one.comment_html), ["<p>Second</p>"]);
  await comments.delete(WORKSPACE, project.id, item.id, made.id);
  await refused(404, comments.retrieve(WORKSPACE, project.id, item.id, made.id));
});

test("activities", async () => {
  const item = await newItem({ priority: "low" });
  await client.workItems.update(WORKSPACE, project.id, item.id, { priority: "high" });
  const page = await client.workItems.activities.list(WORKSPACE, project.id, item.id);
  const change = page.results.find((one) => one.field === "priority");
  assert.deepEqual([change.verb, change.old_value, change.new_value], ["updated", "low", "high"]);
  assert.equal((await client.workItems.activities.retrieve(WORKSPACE, project.id, item.id, change.id)).id, change.id);
});

test("links", async () => {
  const { links } = client.workItems;
  const item = await newItem();
  const made = await links.create(WORKSPACE, project.id, item.id, { url: "https://example.test/a", title: "A page" });
  assert.deepEqual([made.url, made.title], ["https://example.test/a", "A page"]);
  const changed = await links.update(WORKSPACE, project.id, item.id, made.id, { title: "The page" });
  assert.deepEqual([changed.title, changed.url], ["The page", "https://example.test/a"]);
  assert.deepEqual((await links.list(WORKSPACE, project.id, item.id)).results.map((one) => one.id), [made.id]);
  await links.delete(WORKSPACE, project.id, item.id, made.id);
  await refused(404, links.retrieve(WORKSPACE, project.id, item.id, made.id));
});

test("relations", async () => {
  const { relations } = client.workItems;
  const [item, other] = [await newItem(), await newItem({ name: "Other" })];
  await relations.create(WORKSPACE, project.id, item.id, { relation_type: "blocked_by", issues: [other.id] });
  const ofItem = await relations.list(WORKSPACE, project.id, item.id);
  assert.deepEqual(ofItem.blocked_by, [{ project_id: project.id, issue_id: other.id }]);
  const ofOther = await relations.list(WORKSPACE, project.id, other.id);
  assert.deepEqual(ofOther.blocking, [{ project_id: project.id, issue_id: item.id }]);
  await relations.delete(WORKSPACE, project.id, item.id, { related_issue: other.id });
  assert.deepEqual((await relations.list(WORKSPACE, project.id, item.id)).blocked_by, []);
});

test("attachments, up and down again", async () => {
  const { attachments } = client.workItems;
  const item = await newItem();
  const content = Buffer.from("Zwölf Boxkämpfer\n".repeat(1000));
  const made = await attachments.create(WORKSPACE, project.id, item.id, { name: "notes.txt", type: "text/plain", size: content.length });
  const form = new FormData();
  for (const [name, value] of Object.entries(made.upload_data.fields)) form.append(name, value);
  form.append("file", new Blob([content], { type: "text/plain" }), "notes.txt");
  const uploaded = await fetch(made.upload_data.url, { method: "POST", body: form });
  assert.ok(uploaded.ok, await uploaded.text());
  await attachments.update(WORKSPACE, project.id, item.id, made.asset_id, { is_uploaded: true });
  const listed = await attachments.list(WORKSPACE, project.id, item.id);
  assert.deepEqual(listed.map((one) => [one.id, one.attributes.name, one.size]), [[made.asset_id, "notes.txt", content.length]]);
  // The SDK follows the redirect to the file.
  assert.equal(await attachments.retrieve(WORKSPACE, project.id, item.id, made.asset_id), content.toString());
  await attachments.delete(WORKSPACE, project.id, item.id, made.asset_id);
  assert.deepEqual(await attachments.list(WORKSPACE, project.id, item.id), []);
});

/** A date so many days from now. */
const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

const newCycle = async (name, first, last) => {
  const owner = (await client.users.me()).id;
  const dates = first === undefined ? {} : { start_date: day(first), end_date: day(last) };
  return client.cycles.create(WORKSPACE, project.id, { name, owned_by: owner, project_id: project.id, ...dates });
};

test("cycles and their items", async () => {
  await client.projects.update(WORKSPACE, project.id, { cycle_view: true, module_view: true });
  const made = await newCycle("Sprint 1", 20, 30);
  assert.deepEqual([made.name, made.project, made.start_date.slice(0, 10)], ["Sprint 1", project.id, day(20)]);
  const changed = await client.cycles.update(WORKSPACE, project.id, made.id, { name: "Sprint one" });
  assert.deepEqual([changed.id, changed.name], [made.id, "Sprint one"]);
  assert.equal((await client.cycles.retrieve(WORKSPACE, project.id, made.id)).name, "Sprint one");
  assert.deepEqual((await client.cycles.list(WORKSPACE, project.id)).results.map((one) => one.id), [made.id]);
  const lite = await client.cycles.listLite(WORKSPACE, project.id, { status: "upcoming" });
  assert.deepEqual(lite.results.map((one) => one.id), [made.id]);

  const [item, other] = [await newItem(), await newItem({ priority: "urgent" })];
  await client.cycles.addWorkItemsToCycle(WORKSPACE, project.id, made.id, [item.id, other.id]);
  const urgent = await client.cycles.listWorkItemsInCycle(WORKSPACE, project.id, made.id, { filters: { priority: "urgent" } });
  assert.deepEqual(urgent.results.map((one) => one.id), [other.id]);
  await client.cycles.removeWorkItemFromCycle(WORKSPACE, project.id, made.id, other.id);
  const left = await client.cycles.listWorkItemsInCycle(WORKSPACE, project.id, made.id);
  assert.deepEqual(left.results.map((one) => one.id), [item.id]);
  await client.cycles.delete(WORKSPACE, project.id, made.id);
  await refused(404, client.cycles.retrieve(WORKSPACE, project.id, made.id));
});

test("cycles that are over", async () => {
  const [over, next] = [await newCycle("Over", -20, -10), await newCycle("Next", 40, 50)];
  await client.cycles.transferWorkItemsToAnotherCycle(WORKSPACE, project.id, over.id, { new_cycle_id: next.id });
  await client.cycles.archive(WORKSPACE, project.id, over.id);
  const archived = await client.cycles.listArchived(WORKSPACE, project.id);
  assert.deepEqual(archived.results.map((one) => one.id), [over.id]);
  await client.cycles.unArchive(WORKSPACE, project.id, over.id);
  assert.equal((await client.cycles.retrieve(WORKSPACE, project.id, over.id)).archived_at, null);
});

test("modules and their items", async () => {
  const me = (await client.users.me()).id;
  const made = await client.modules.create(WORKSPACE, project.id, { name: "Hull", status: "planned", lead: me, members: [me] });
  assert.deepEqual([made.name, made.status, made.lead], ["Hull", "planned", me]);
  const changed = await client.modules.update(WORKSPACE, project.id, made.id, { status: "completed" });
  assert.deepEqual([changed.id, changed.status], [made.id, "completed"]);
  assert.deepEqual((await client.modules.list(WORKSPACE, project.id)).results.map((one) => one.id), [made.id]);
  assert.deepEqual((await client.modules.listLite(WORKSPACE, project.id)).results.map((one) => one.name), ["Hull"]);
  const item = await newItem();
  await client.modules.addWorkItemsToModule(WORKSPACE, project.id, made.id, [item.id]);
  const held = await client.modules.listWorkItemsInModule(WORKSPACE, project.id, made.id);
  assert.deepEqual(held.results.map((one) => one.id), [item.id]);
  await client.modules.removeWorkItemFromModule(WORKSPACE, project.id, made.id, item.id);
  await client.modules.archiveModule(WORKSPACE, project.id, made.id);
  assert.deepEqual((await client.modules.listArchivedModules(WORKSPACE, project.id)).results.map((one) => one.id), [made.id]);
  await client.modules.unArchiveModule(WORKSPACE, project.id, made.id);
  await client.modules.delete(WORKSPACE, project.id, made.id);
  await refused(404, client.modules.retrieve(WORKSPACE, project.id, made.id));
});

test("estimates", async () => {
  const made = await client.estimates.create(WORKSPACE, project.id, { name: "Points", type: "points" });
  assert.equal((await client.estimates.retrieve(WORKSPACE, project.id)).id, made.id);
  await client.estimates.linkToProject(WORKSPACE, project.id, made.id);
  assert.equal((await client.estimates.update(WORKSPACE, project.id, { name: "Story points" })).name, "Story points");
  const points = await client.estimates.createPoints(WORKSPACE, project.id, made.id, [{ value: "1" }, { value: "2" }]);
  assert.deepEqual(points.map((one) => one.value), ["1", "2"]);
  assert.equal((await client.estimates.updatePoint(WORKSPACE, project.id, made.id, points[1].id, { value: "3" })).value, "3");
  await client.estimates.deletePoint(WORKSPACE, project.id, made.id, points[0].id);
  const left = await client.estimates.listPoints(WORKSPACE, project.id, made.id);
  assert.deepEqual(left.map((one) => one.value), ["3"]);
  await client.estimates.delete(WORKSPACE, project.id);
  await refused(404, client.estimates.retrieve(WORKSPACE, project.id));
});

test("what is asked for", async () => {
  await client.projects.update(WORKSPACE, project.id, { intake_view: true });
  const asked = await client.intake.create(WORKSPACE, project.id, { issue: { name: "Asked for", priority: "high" } });
  assert.deepEqual([asked.status, asked.issue_detail.name], [-2, "Asked for"]);
  assert.equal((await client.intake.retrieve(WORKSPACE, project.id, asked.issue)).issue, asked.issue);
  const worded = await client.intake.update(WORKSPACE, project.id, asked.issue, { issue: { name: "Asked for twice" } });
  assert.equal(worded.issue_detail.name, "Asked for twice");
  assert.deepEqual((await client.intake.list(WORKSPACE, project.id)).results.map((one) => one.issue), [asked.issue]);
  assert.equal((await client.intake.updateStatus(WORKSPACE, project.id, asked.issue, { status: 1 })).status, 1);
  await client.intake.delete(WORKSPACE, project.id, asked.issue);
  await refused(404, client.intake.retrieve(WORKSPACE, project.id, asked.issue));
});

test("members, types and notes of one's own", async () => {
  const members = await client.workspace.getMembers(WORKSPACE);
  assert.equal(members.find((one) => one.email === "guest@clients.test").role, 5);
  assert.deepEqual(await client.workItemTypes.list(WORKSPACE, project.id), []);
  const made = await client.stickies.create(WORKSPACE, { name: "Boat", description_html: "<p>Paint it</p>" });
  assert.deepEqual([made.name, made.description_html], ["Boat", "<p>Paint it</p>"]);
  assert.equal((await client.stickies.update(WORKSPACE, made.id, { name: "The boat" })).name, "The boat");
  assert.deepEqual((await client.stickies.list(WORKSPACE)).results.map((one) => one.id), [made.id]);
  await refused(404, clientOf("MEMBER").stickies.retrieve(WORKSPACE, made.id));
  await client.stickies.delete(WORKSPACE, made.id);
  await refused(404, client.stickies.retrieve(WORKSPACE, made.id));
});

test("pages", async () => {
  const place = [WORKSPACE, project.id];
  const made = await client.pages.createProjectPage(...place, { name: "Guide", description_html: "<p>Sail</p>" });
  assert.deepEqual([made.name, made.description_html], ["Guide", "<p>Sail</p>"]);
  const below = await client.pages.createProjectPage(...place, { name: "Knots", description_html: "<p>Bowline</p>", parent_id: made.id });
  assert.equal(below.parent_id, made.id);
  assert.equal((await client.pages.retrieveProjectPage(...place, made.id)).name, "Guide");
  const listed = await client.pages.listProjectPages(...place);
  assert.deepEqual(listed.results.map((one) => one.id).sort(), [made.id, below.id].sort());
  const own = await client.pages.createWorkspacePage(WORKSPACE, { name: "Rules", description_html: "<p>Be kind</p>" });
  assert.equal((await client.pages.retrieveWorkspacePage(WORKSPACE, own.id)).name, "Rules");
  assert.ok((await client.pages.listWorkspacePages(WORKSPACE)).results.some((one) => one.id === own.id));
  await refused(403, clientOf("OTHER").pages.listProjectPages(...place));
});
