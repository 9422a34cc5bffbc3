//! `aileron admin workspace`.

use aileron_db::{ExprTrait as _, Principal, Unscoped, schema::WORKSPACES};
use aileron_kernel::{Actor, Change, Event, Refusal, Role};
use aileron_tracker::workspaces::{commands, rules};
use anyhow::{Result, anyhow};
use serde_json::json;

use super::admin::{Operator, proved_account, report, workspace};

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Make a workspace
    Create(Create),
    /// Put an account into a workspace, or give it another role there
    AddMember(AddMember),
}

#[derive(clap::Args)]
pub(super) struct Create {
    /// Its name in addresses: letters, digits, hyphens and underscores
    #[arg(long)]
    slug: String,
    #[arg(long)]
    name: String,
    /// The address of the account that it will belong to
    #[arg(long, value_name = "EMAIL")]
    owner: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
pub(super) struct AddMember {
    #[arg(long)]
    slug: String,
    #[arg(long)]
    email: String,
    #[arg(long)]
    role: Rank,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What an account may be in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Rank {
    /// The workspace belongs to it from now on
    Owner,
    Admin,
    Member,
    Guest,
}

impl Rank {
    const fn role(self) -> Role {
        match self {
            Self::Owner | Self::Admin => Role::Admin,
            Self::Member => Role::Member,
            Self::Guest => Role::Guest,
        }
    }
}

pub(super) async fn run(operator: &Operator, command: Command) -> Result<()> {
    match command {
        Command::Create(args) => create(operator, args).await,
        Command::AddMember(args) => add_member(operator, args).await,
    }
}

async fn create(operator: &Operator, args: Create) -> Result<()> {
    rules::check_slug(&args.slug).map_err(|why| anyhow!("slug: {why}"))?;
    let name = args.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > rules::NAME {
        return Err(anyhow!("name: Use 1 to {} characters.", rules::NAME));
    }
    let (actor, slug, owner) = (operator.actor.clone(), args.slug.clone(), args.owner);
    let made = operator.write(move |session| {
        let owner = Actor { id: proved_account(session, &owner)?, ..actor.clone() };
        commands::create(session, &Principal::proved(owner, Vec::new()), &name, &slug)
    });
    let (id, slug) = (made.await?, args.slug);
    report(args.json, &json!({ "id": id, "slug": slug }), &format!("Made the workspace {slug} ({id})."))
}

async fn add_member(operator: &Operator, args: AddMember) -> Result<()> {
    let (principal, rank) = (operator.principal(), args.role);
    let (slug, email) = (args.slug.clone(), args.email.clone());
    let added = operator.write(move |session| {
        let user = proved_account(session, &email)?;
        let id = workspace(session, &slug)?;
        let mut tx = session.unscoped_to_write(Unscoped::Operator)?;
        // Changing the row keeps the server's writers to this workspace away until the end (PostgreSQL).
        let now = tx.now().micros();
        let one = WORKSPACES.col("id").eq(id);
        tx.update_where(WORKSPACES, one.clone(), vec![("updated_at", now.into())])?;
        let owned = tx.from(WORKSPACES).filter(one.clone().and(WORKSPACES.col("owner_id").eq(user)));
        if rank == Rank::Owner {
            tx.update_where(WORKSPACES, one, vec![("owner_id", user.into())])?;
        } else if rank != Rank::Admin && tx.any(owned)? {
            return Err(Refusal::error("The workspace belongs to this account: make another one the owner first.").into());
        }
        let mut tx = session.workspace_as_operator(&principal, id)?;
        let member = commands::add_member(&mut tx, user, rank.role())?;
        if rank == Rank::Owner {
            let name = aileron_db::scope::display_name(&mut tx, user)?;
            let change = Change { field: "owner".to_owned(), new: name.into(), new_id: Some(user), ..Change::default() };
            tx.record(Event::new("workspace", "updated", id).with(vec![change]))?;
        }
        Ok(member)
    });
    let id = added.await?;
    let json = json!({ "id": id, "slug": args.slug, "email": args.email, "role": rank.role().number() });
    report(args.json, &json, &format!("{} is in the workspace {}.", args.email, args.slug))
}
