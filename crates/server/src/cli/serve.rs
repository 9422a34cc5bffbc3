//! `aileron serve`.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use aileron_db::{Db, Unscoped};
use aileron_identity::{Context, setup};
use aileron_kernel::{SystemClock, SystemRandom};
use aileron_platform::{
    config::Config,
    consumers::Consumers,
    files::Files,
    jobs::Runner,
    metrics::Metrics,
    pubsub::{Hints, Way},
    shutdown, telemetry,
};
use aileron_realtime::{self as live, Live};
use anyhow::{Context as _, Result, anyhow, bail};
use axum::Router;
use tokio::{net::TcpListener, sync::watch};

use super::Place;
use crate::{
    app::{self, Limits},
    connections::answer,
    consumers,
    housekeeping::House,
    jobs,
    mail::Post,
    metrics, open_files, openapi,
};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Address and port to listen on [default: 127.0.0.1:8000]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// What this process does; `web` and `worker` need PostgreSQL
    #[arg(long, value_enum, default_value_t = Role::All)]
    role: Role,
}

/// What a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Role {
    /// Everything
    All,
    /// Answers requests
    Web,
    /// Does the work that nobody waits for
    Worker,
}

/// How many connections are open at a time at the address for numbers.
const SCRAPERS: usize = 64;
/// How long leases may take to be given back, when everything else took too long.
const GIVING_BACK: Duration = Duration::from_secs(2);

pub(super) fn run(place: &Place, args: &Args) -> Result<()> {
    let mut config = place.config()?;
    config.listen = args.listen.unwrap_or(config.listen);
    if args.role != Role::All && config.database_url.is_none() {
        bail!("--role web and --role worker share one database between processes, which needs PostgreSQL: set DATABASE_URL");
    }
    // Its exporter waits by itself, so it is made before there is a runtime and dropped after it.
    let _telemetry = telemetry::start(&config)?;
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let hints = Hints::default();
    let db = super::open_and_tell(&config, config.db_readers.unwrap_or(cores * 2), Some(hints.after_commits()))?;
    let files = Files::open(&config, &SystemRandom)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start threads")?;
    let served = runtime.block_on(serve(config, db, files, hints, args.role));
    runtime.shutdown_timeout(Duration::from_secs(1));
    served
}

async fn serve(config: Config, db: Db, files: Files, hints: Hints, role: Role) -> Result<()> {
    let connections = open_files::room_for(config.max_connections);
    let live = Live::new(hints.clone(), live::Settings { sockets: connections * 3 / 4, ..live::Settings::default() });
    let stop = shutdown::requested().context("cannot listen to signals")?;
    let numbers = Metrics::new()?;
    let post = Post::open(&config, files.sealer(), Arc::new(SystemClock), numbers.clone())?;
    let context = Context { outbox: post.outbox.clone(), mailer: post.mailer.clone(), ..context(&config, &db, files) };
    let proxies = context.trusted_proxies.clone();
    let limits = Limits { max_body: config.max_body };
    let routes = match role {
        Role::Worker => app::health_only(db.clone(), live.clone(), limits, numbers.clone()),
        Role::All | Role::Web => app::router(openapi::routes(), context.clone(), live.clone(), limits, numbers.clone()),
    };
    let handlers = jobs::handlers(&db, &context.files, &jobs::outgoing(&config), &post, &numbers);
    let runner = Runner::new(db.clone(), handlers, Arc::new(SystemRandom), numbers.clone());
    let consumers = consumers::all(&db, Arc::new(SystemRandom), numbers.clone(), &post.outbox);
    let listener = bind(config.listen, "--listen or the setting `listen`").await?;
    let numbers_listener = match config.metrics_listen {
        Some(address) => Some(bind(address, "the setting `metrics_listen` (empty: off)").await?),
        None => None,
    };
    if let Some(way) = way(&config) {
        context.share_counts(&hints);
        let (hints, numbers) = (hints.clone(), numbers.clone());
        tokio::spawn(async move { hints.share(&way, &SystemRandom, &numbers).await });
    }
    greet(&config, listener.local_addr()?, &context).await?;
    let (tell, told) = watch::channel(false);
    let house = House { db: db.clone(), blobs: context.files.blobs.clone(), metrics: numbers.clone(), trash_days: config.trash_days };
    let scraped = scraped(numbers_listener, metrics::routes(db.clone(), numbers), told.clone());
    let work = work(role, house, &runner, (consumers, hints), told.clone());
    let sockets = sockets(live.clone(), db.clone(), told.clone());
    let end = async {
        let signal = stop.await;
        tracing::info!(signal, "stopping");
        end(&config, &live, &tell).await;
    };
    let served = answer(connections, listener, app::service(routes), proxies, told.clone());
    tokio::select! {
        served = async { tokio::try_join!(served, scraped, work, sockets) } => served.map(|_| ()).context("cannot serve"),
        () = end => {
            tracing::warn!("requests or jobs were cut off: they took longer than the grace that the settings give them");
            let _ = tokio::time::timeout(GIVING_BACK, runner.give_back()).await;
            Ok(())
        }
    }
}

/// What requests are given.
fn context(config: &Config, db: &Db, files: Files) -> Context {
    Context {
        api_rate_limit: config.api_rate_limit,
        service_rate_limit: config.service_rate_limit,
        base_url: config.base_url.clone(),
        trusted_proxies: Arc::new(config.trusted_proxies.clone()),
        outgoing_rules: Arc::new(jobs::rules(config)),
        ..Context::new(db.clone(), Arc::new(SystemClock), Arc::new(SystemRandom), Arc::new(files))
    }
}

/// First nobody is to send anything here any more, until that time is over or somebody asks again; then what has begun is finished;
/// then the time is up.
async fn end(config: &Config, live: &Live, tell: &watch::Sender<bool>) {
    live.leave();
    let again = async {
        match shutdown::requested() {
            Ok(again) => _ = again.await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = tokio::time::sleep(Duration::from_secs(config.drain_seconds)) => {}
        () = again => {}
    }
    let _ = tell.send(true);
    tokio::time::sleep(Duration::from_secs(config.shutdown_grace_seconds)).await;
}

/// Shows the numbers, where they are to be shown.
async fn scraped(listener: Option<TcpListener>, routes: Router, told: watch::Receiver<bool>) -> io::Result<()> {
    match listener {
        Some(listener) => answer(SCRAPERS, listener, app::service(routes), Arc::default(), told).await,
        None => Ok(()),
    }
}

/// Does what nobody waits for, until it is told to stop, then until the jobs and events that have begun are done.
async fn work(
    role: Role,
    house: House,
    runner: &Runner,
    (consumers, hints): (Consumers, Hints),
    told: watch::Receiver<bool>,
) -> io::Result<()> {
    if role == Role::Web {
        return Ok(());
    }
    let stopped = |mut told: watch::Receiver<bool>| async move {
        let _ = told.wait_for(|stop| *stop).await;
    };
    tokio::join!(
        runner.run(&hints, stopped(told.clone())),
        consumers.run(&hints, stopped(told.clone())),
        house.run(&SystemRandom, stopped(told.clone()))
    );
    Ok(())
}

/// Keeps the sockets told until it is told to stop, then until they are closed.
async fn sockets(live: Live, db: Db, mut told: watch::Receiver<bool>) -> io::Result<()> {
    tokio::select! {
        () = live.run(db) => {}
        _ = told.wait_for(|stop| *stop) => {}
    }
    live.stop().await;
    Ok(())
}

/// How this process tells others what is new; none: there are no others.
fn way(config: &Config) -> Option<Way> {
    config.database_url.as_ref()?;
    Some(match &config.nats_url {
        Some(url) => Way::Nats { url: url.clone(), ca_file: config.nats_ca_file.clone() },
        None => Way::Postgres(super::settings(config, 1, None)),
    })
}

async fn bind(address: SocketAddr, setting: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => anyhow!("cannot listen on {address}: another program does; stop it or choose another with {setting}"),
        _ => anyhow!("cannot listen on {address}: {error}; choose another with {setting}"),
    })
}

/// Says where the server is, and how to set it up if nobody has.
async fn greet(config: &Config, address: SocketAddr, context: &Context) -> Result<()> {
    let place = if config.database_url.is_some() { "PostgreSQL".to_owned() } else { config.data_dir.display().to_string() };
    // Asked first: who says that it listens goes on, even if the database is away in the next moment.
    let is_new = context.db.read(|session| setup::is_needed(&mut session.unscoped(Unscoped::Instance)?)).await?;
    // Nobody may be reading: the server runs all the same.
    let _ = super::print(&format!("Aileron listens on http://{address} (data: {place})"));
    if config.is_open_without_https(address) {
        tracing::warn!(
            %address,
            "others can reach this address, and passwords and keys travel readable: let a proxy speak HTTPS, and set base_url to https://... and trusted_proxies to its address"
        );
    }
    if is_new {
        let code = setup::code(&context.sealer);
        let _ = super::print(&format!("Nobody has an account yet. The set-up code, good until somebody has one: {code}"));
    }
    Ok(())
}
