//! Writing the demo, some items at a time.

use aileron_db::{self as db, Db, ProjectScope, Session, WriteTx};
use aileron_kernel::{Time, Uuid};
use aileron_tracker::{
    comments::{
        self,
        model::{CommentFields, said},
    },
    versions::IfMatch,
    work_items::{
        commands,
        fields::{ItemFields, description},
    },
};

use super::{
    dice::Dice,
    people::{self, Stage},
    plan::{self, Plan, Step, What},
    words::AREAS,
};

/// Items a transaction: the memory for its events and the time others wait for it stay small.
const BATCH: u32 = 100;

/// What is made.
#[derive(Clone, Debug)]
pub struct Options {
    /// The name of the workspace in addresses. It must not be there yet.
    pub slug: String,
    /// How many work items.
    pub items: u32,
    /// How many of the three projects they are spread over.
    pub projects: usize,
    /// The same seed makes the same data.
    pub seed: u64,
    /// The hash of the owner's password; none: nobody of the demo can sign in.
    pub owner_password_hash: Option<String>,
    /// An account that becomes an admin of it and of its projects, to look around.
    pub visitor: Option<Uuid>,
}

impl Default for Options {
    fn default() -> Self {
        Self { slug: "demo".to_owned(), items: 600, projects: AREAS.len(), seed: 1, owner_password_hash: None, visitor: None }
    }
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Filled {
    /// The workspace.
    pub workspace: Uuid,
    /// Who owns it.
    pub owner: Uuid,
    /// Whether that account was made now. Otherwise it is of an earlier demo, and its password stays.
    pub owner_is_new: bool,
    /// Its projects.
    pub projects: Vec<Uuid>,
}

/// Fills the database. `progress` is told how many items there are, after each transaction.
pub async fn fill(db: &Db, options: Options, progress: impl Fn(u32)) -> db::Result<Filled> {
    let Options { slug, items, projects, seed, owner_password_hash, visitor } = options;
    let projects = projects.clamp(1, AREAS.len());
    let (stage, now) = db
        .write(move |session| {
            let now = session.now();
            let began = now.plus_seconds(-plan::HISTORY - 7 * 86_400);
            let stage = people::set_up(session, &slug, projects, owner_password_hash.clone(), began)?;
            if let Some(visitor) = visitor {
                people::let_in(session, &stage, visitor)?;
            }
            Ok((stage, now))
        })
        .await?;
    let mut dice = Dice::new(seed);
    let mut last = vec![None; projects];
    let mut done = 0;
    while done < items {
        let batch = BATCH.min(items - done);
        let plans: Vec<Plan> = (done..done + batch).map(|number| plan::item(&mut dice, projects, number, items, now)).collect();
        let (stage, parents) = (stage.clone(), last.clone());
        last = db.write(move |session| items_of(session, &stage, &plans, parents.clone())).await?;
        done += batch;
        progress(done);
    }
    let owner = stage.person(0)?.user_id();
    Ok(Filled {
        workspace: stage.workspace,
        owner,
        owner_is_new: stage.owner_is_new,
        projects: stage.projects.iter().map(|project| project.id).collect(),
    })
}

/// Makes items with all that happens to them. Answers the last item of each project that may become a parent.
fn items_of(session: &mut Session, stage: &Stage, plans: &[Plan], mut parents: Vec<Option<Uuid>>) -> db::Result<Vec<Option<Uuid>>> {
    let mut steps: Vec<(Uuid, usize, &Step)> = Vec::new();
    for plan in plans {
        let parent = parents.get(plan.project).copied().flatten();
        let fields = fields(stage, plan, parent)?;
        let id = acting(session, stage, plan.project, plan.author, plan.created_at, |tx| commands::create(tx, fields))?;
        if !plan.has_parent
            && let Some(last) = parents.get_mut(plan.project)
        {
            *last = Some(id);
        }
        steps.extend(plan.steps.iter().map(|step| (id, plan.project, step)));
    }
    steps.sort_by_key(|(_, _, step)| step.at);
    for (id, project, step) in steps {
        acting(session, stage, project, step.who, step.at, |tx| take(tx, stage, project, id, &step.what))?;
    }
    Ok(parents)
}

/// Runs a command as somebody, in a project, at a time.
fn acting<T>(
    session: &mut Session,
    stage: &Stage,
    project: usize,
    who: usize,
    at: Time,
    command: impl FnOnce(&mut WriteTx<'_, ProjectScope>) -> db::Result<T>,
) -> db::Result<T> {
    let project = stage.projects.get(project).ok_or_else(|| people::missing("project"))?.id;
    let mut tx = session.workspace_as_operator(stage.person(who)?, stage.workspace)?;
    tx.act_at(at);
    command(&mut tx.enter_as_admin(project)?)
}

fn fields(stage: &Stage, plan: &Plan, parent: Option<Uuid>) -> db::Result<ItemFields> {
    let project = stage.projects.get(plan.project).ok_or_else(|| people::missing("project"))?;
    let assignees = plan.assignees.iter().map(|place| Ok(stage.person(*place)?.user_id())).collect::<db::Result<_>>()?;
    Ok(ItemFields {
        name: Some(plan.name.clone()),
        description: plan.description.as_deref().map(description),
        priority: Some(plan.priority),
        parent: parent.filter(|_| plan.has_parent).map(Some),
        start_date: plan.start_date.map(Some),
        target_date: plan.target_date.map(Some),
        assignees: Some(assignees),
        labels: Some(plan.labels.iter().filter_map(|place| project.labels.get(*place).copied()).collect()),
        ..ItemFields::default()
    })
}

/// One thing that happens to an item.
fn take(tx: &mut WriteTx<'_, ProjectScope>, stage: &Stage, project: usize, id: Uuid, what: &What) -> db::Result<()> {
    let mut fields = ItemFields::default();
    match what {
        What::State(name) => {
            let states = stage.projects.get(project).map(|project| &project.states);
            let state = states.into_iter().flatten().find(|(known, _)| known == name).ok_or_else(|| people::missing("state"))?.1;
            fields.state = Some(Some(state));
        }
        What::Priority(priority) => fields.priority = Some(*priority),
        What::Assign(person) => fields.assignees = Some(vec![stage.person(*person)?.user_id()]),
        What::Comment(html) => {
            let comment = CommentFields { said: Some(said(html)), ..CommentFields::default() };
            return comments::commands::create(tx, id, comment).map(|_| ());
        }
    }
    commands::update(tx, id, fields, &IfMatch::default())
}
