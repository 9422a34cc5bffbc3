//! The way of a request to the data: credentials, scope and work in one transaction.
//!
//! A handler says where and what ([`Call::project`] with an action), then hands in what is to be done there. The
//! caller is checked, the scope proved and the work done on one snapshot; for a command, under the lock of its
//! workspace. Nothing of the body is judged before the right is proved.

mod commands;

use aileron_db::{self as db, Principal, ProjectPlace, ProjectScope, Session, Tx, Unscoped, WorkspaceScope, WriteTx, idempotency};
use aileron_kernel::{Action, Refusal, Uuid};
use aileron_platform::web::{ApiError, Body, Json};
use axum::{
    extract::{FromRef, FromRequestParts},
    http::{Method, StatusCode, request::Parts},
    response::{IntoResponse as _, Response},
};

use crate::{Context, Credentials, RequestInfo, credentials};
use commands::{QUICKLY_READ, beside, once, place_prepared, prepared, unpacked};

/// A request whose sender is not checked yet.
#[derive(Clone)]
pub struct Call {
    context: Context,
    credentials: Credentials,
    info: RequestInfo,
    method: Method,
    path: String,
    idempotency_key: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Call
where
    Context: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let key = parts.headers.get("idempotency-key").map(|value| value.to_str().unwrap_or_default().trim().to_owned());
        if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > 255) {
            return Err(Refusal::field("Idempotency-Key", "Must have 1 to 255 visible ASCII characters.").into());
        }
        let info = parts.extensions.get::<RequestInfo>().cloned();
        Ok(Self {
            context: Context::from_ref(state),
            credentials: Credentials::of(&parts.method, &parts.headers),
            info: info.ok_or_else(|| db::Error::Inconsistent("a request came past the outermost layer".to_owned()))?,
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            idempotency_key: key,
        })
    }
}

impl Call {
    /// What the server gave this request.
    pub const fn context(&self) -> &Context {
        &self.context
    }

    /// Something with the caller's own account, or, for those who may, with the instance.
    pub fn account(self, action: Action) -> AccountCall {
        AccountCall { call: self, action }
    }

    /// Something in a workspace.
    pub fn workspace(self, slug: String, action: Action) -> WorkspaceCall {
        WorkspaceCall { call: self, slug, action }
    }

    /// Something in a project.
    pub fn project(self, slug: String, project: Uuid, action: Action) -> ProjectCall {
        ProjectCall { call: self, place: ProjectPlace::new(slug, project, action) }
    }

    /// Hash of the session cookie, if the request came with a session.
    pub const fn session_hash(&self) -> Option<[u8; 32]> {
        match &self.credentials {
            Credentials::Session { token, .. } => Some(*token),
            Credentials::None | Credentials::Token(_) => None,
        }
    }

    /// Hash of the token, if the request came with one.
    pub(crate) const fn token_hash(&self) -> Option<[u8; 32]> {
        match &self.credentials {
            Credentials::Token(token) => Some(*token),
            Credentials::None | Credentials::Session { .. } => None,
        }
    }

    fn check(&self, session: &mut Session) -> db::Result<Principal> {
        credentials::check(session, &self.credentials, &self.context, &self.info, self.idempotency_key.as_ref())
    }

    /// The idempotency key with what it came with, if one was sent.
    fn keyed(&self, principal: &Principal, body: &[u8]) -> Option<idempotency::Request> {
        let key = self.idempotency_key.clone()?;
        Some(idempotency::Request::new(principal.user_id(), key, self.method.as_str(), &self.path, body))
    }
}

/// A call about the caller's account, or about the instance.
pub struct AccountCall {
    call: Call,
    action: Action,
}

impl AccountCall {
    /// Reads, as the caller.
    pub async fn read<T, F>(self, mut work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_, Unscoped>, &Principal) -> db::Result<T> + Send + 'static,
    {
        let Self { call, action } = self;
        let db = call.context.db.clone();
        let done = db.read(move |session| {
            let principal = call.check(session)?;
            principal.check_account(action)?;
            work(&mut session.unscoped(Unscoped::Instance)?, &principal)
        });
        Ok(done.await?)
    }

    /// Reads beyond the tables of the instance, as the caller.
    pub async fn read_anywhere<T, F>(self, mut work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnMut(&mut Session, &Principal) -> db::Result<T> + Send + 'static,
    {
        let Self { call, action } = self;
        let db = call.context.db.clone();
        let done = db.read(move |session| {
            let principal = call.check(session)?;
            principal.check_account(action)?;
            work(session, &principal)
        });
        Ok(done.await?)
    }

    /// Writes, as the caller. The work gets the whole session, since making a workspace goes beyond the instance's tables.
    pub async fn write<T, F>(self, mut work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnMut(&mut Session, &Principal) -> db::Result<T> + Send + 'static,
    {
        let Self { call, action } = self;
        let db = call.context.db.clone();
        let done = db.write(move |session| {
            let principal = call.check(session)?;
            principal.check_account(action)?;
            work(session, &principal)
        });
        Ok(done.await?)
    }

    /// Runs a command that makes a row and something that is shown once. The same request sent again with its idempotency key only shows the
    /// row again, without it. Like [`Self::write`] it gets the whole session.
    pub async fn make<T, C, P>(self, status: StatusCode, body: Body, mut command: C, mut present: P) -> Result<Response, ApiError>
    where
        C: FnMut(&mut Session, &Principal, &Body) -> db::Result<(Uuid, T)> + Send + 'static,
        P: FnMut(&mut Session, &Principal, Uuid, Option<T>) -> db::Result<Json> + Send + 'static,
    {
        let Self { call, action } = self;
        let body = unpacked(&call, body, move |_, principal| Ok(principal.check_account(action)?)).await?;
        let db = call.context.db.clone();
        let done = db.write(move |session| {
            let principal = call.check(session)?;
            principal.check_account(action)?;
            let key = call.keyed(&principal, body.bytes());
            if let Some(key) = &key
                && let Some(answered) = answered_before(session, key)?
            {
                return present(session, &principal, answered.entity_id, None);
            }
            let (id, shown_once) = command(session, &principal, &body)?;
            if let Some(key) = &key {
                let answered = idempotency::Answered { status: status.as_u16(), entity_id: id };
                session.unscoped_to_write(Unscoped::Instance)?.remember_answer(key, answered)?;
            }
            present(session, &principal, id, Some(shown_once))
        });
        Ok((status, done.await?).into_response())
    }

    /// Runs a command whose answer is 204. The same request sent again with its idempotency key does nothing.
    pub async fn run<C>(self, body: Body, mut command: C) -> Result<Response, ApiError>
    where
        C: FnMut(&mut Session, &Principal, &Body) -> db::Result<()> + Send + 'static,
    {
        let Self { call, action } = self;
        let body = unpacked(&call, body, move |_, principal| Ok(principal.check_account(action)?)).await?;
        let db = call.context.db.clone();
        let done = db.write(move |session| {
            let principal = call.check(session)?;
            principal.check_account(action)?;
            let Some(key) = call.keyed(&principal, body.bytes()) else { return command(session, &principal, &body) };
            if answered_before(session, &key)?.is_some() {
                return Ok(());
            }
            command(session, &principal, &body)?;
            let answered = idempotency::Answered { status: StatusCode::NO_CONTENT.as_u16(), entity_id: Uuid::nil() };
            session.unscoped_to_write(Unscoped::Instance)?.remember_answer(&key, answered)
        });
        done.await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    }
}

/// What was answered to this request before. Of two that come at once the second waits for the first.
fn answered_before(session: &mut Session, key: &idempotency::Request) -> db::Result<Option<idempotency::Answered>> {
    let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
    tx.lock_instance()?;
    tx.answered_before(key)
}

/// A call in a workspace.
pub struct WorkspaceCall {
    call: Call,
    slug: String,
    action: Action,
}

impl WorkspaceCall {
    /// Reads.
    pub async fn read<T, F>(self, mut work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_, WorkspaceScope>) -> db::Result<T> + Send + 'static,
    {
        let Self { call, slug, action } = self;
        let db = call.context.db.clone();
        let done = db.read(move |session| {
            let principal = call.check(session)?;
            work(&mut session.workspace(&principal, &slug, action)?)
        });
        Ok(done.await?)
    }

    /// Runs a command that makes or changes one row, and answers with what `present` shows of it. The same request sent
    /// again with its idempotency key only shows the row again.
    pub async fn write<C, P>(self, status: StatusCode, body: Body, mut command: C, mut present: P) -> Result<Response, ApiError>
    where
        C: FnMut(&mut WriteTx<'_, WorkspaceScope>, &Body) -> db::Result<Uuid> + Send + 'static,
        P: FnMut(&mut Tx<'_, WorkspaceScope>, Uuid) -> db::Result<Json> + Send + 'static,
    {
        let Self { call, slug, action } = self;
        let (body, db) = (prepared(&call, &slug, action, body).await?, call.context.db.clone());
        let done = db.write(move |session| {
            let principal = call.check(session)?;
            let mut tx = session.workspace_to_write(&principal, &slug, action)?;
            let id = once(&mut tx, call.keyed(&principal, body.bytes()).as_ref(), status, |tx| command(tx, &body))?;
            present(&mut tx, id)
        });
        Ok((status, done.await?).into_response())
    }

    /// Like [`write`](Self::write), for bodies that may take long to read, as [`ProjectCall::write_read`] does it.
    pub async fn write_read<I, R, C, P>(
        self,
        status: StatusCode,
        body: Body,
        read: R,
        mut command: C,
        present: P,
    ) -> Result<Response, ApiError>
    where
        I: Clone + Send + 'static,
        R: Fn(&Body) -> Result<I, Refusal> + Send + 'static,
        C: FnMut(&mut WriteTx<'_, WorkspaceScope>, I) -> db::Result<Uuid> + Send + 'static,
        P: FnMut(&mut Tx<'_, WorkspaceScope>, Uuid) -> db::Result<Json> + Send + 'static,
    {
        if body.bytes().len() <= QUICKLY_READ {
            return self.write(status, body, move |tx, body| command(tx, read(body)?), present).await;
        }
        let Self { call, slug, action } = self;
        let body = prepared(&call, &slug, action, body).await?;
        let sent = body.clone();
        let input = beside(move || read(&sent)).await?;
        Self { call, slug, action }.write(status, body, move |tx, _| command(tx, input.clone()?), present).await
    }

    /// Runs a command that makes something that is shown once. The same request sent again with its idempotency key shows the row
    /// without it.
    pub async fn make<T, C, P>(self, status: StatusCode, body: Body, mut command: C, mut present: P) -> Result<Response, ApiError>
    where
        C: FnMut(&mut WriteTx<'_, WorkspaceScope>, &Body) -> db::Result<(Uuid, T)> + Send + 'static,
        P: FnMut(&mut Tx<'_, WorkspaceScope>, Uuid, Option<T>) -> db::Result<Json> + Send + 'static,
    {
        let Self { call, slug, action } = self;
        let (body, db) = (prepared(&call, &slug, action, body).await?, call.context.db.clone());
        let done = db.write(move |session| {
            let principal = call.check(session)?;
            let mut tx = session.workspace_to_write(&principal, &slug, action)?;
            let mut shown_once = None;
            let id = once(&mut tx, call.keyed(&principal, body.bytes()).as_ref(), status, |tx| {
                let (id, secret) = command(tx, &body)?;
                shown_once = Some(secret);
                Ok(id)
            })?;
            present(&mut tx, id, shown_once)
        });
        Ok((status, done.await?).into_response())
    }

    /// Runs a command whose answer is 204.
    pub async fn run<C>(self, body: Body, mut command: C) -> Result<Response, ApiError>
    where
        C: FnMut(&mut WriteTx<'_, WorkspaceScope>, &Body) -> db::Result<()> + Send + 'static,
    {
        let Self { call, slug, action } = self;
        let (body, db) = (prepared(&call, &slug, action, body).await?, call.context.db.clone());
        let done = db.write(move |session| {
            let principal = call.check(session)?;
            let mut tx = session.workspace_to_write(&principal, &slug, action)?;
            let key = call.keyed(&principal, body.bytes());
            once(&mut tx, key.as_ref(), StatusCode::NO_CONTENT, |tx| command(tx, &body).map(|()| Uuid::nil()))
        });
        done.await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    }
}

/// A call in a project.
pub struct ProjectCall {
    call: Call,
    place: ProjectPlace,
}

impl ProjectCall {
    /// With another answer for a project that is not there.
    #[must_use]
    pub fn or_if_missing(self, missing: Refusal) -> Self {
        Self { place: self.place.or_if_missing(missing), ..self }
    }

    /// Reads.
    pub async fn read<T, F>(self, mut work: F) -> Result<T, ApiError>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_, ProjectScope>) -> db::Result<T> + Send + 'static,
    {
        let Self { call, place } = self;
        let db = call.context.db.clone();
        let done = db.read(move |session| {
            let principal = call.check(session)?;
            work(&mut session.project(&principal, &place)?)
        });
        Ok(done.await?)
    }

    /// Runs a command that makes or changes one row, and answers with what `present` shows of it. The same request sent
    /// again with its idempotency key only shows the row again.
    pub async fn write<C, P>(self, status: StatusCode, body: Body, mut command: C, mut present: P) -> Result<Response, ApiError>
    where
        C: FnMut(&mut WriteTx<'_, ProjectScope>, &Body) -> db::Result<Uuid> + Send + 'static,
        P: FnMut(&mut Tx<'_, ProjectScope>, Uuid) -> db::Result<Json> + Send + 'static,
    {
        let Self { call, place } = self;
        let (body, db) = (place_prepared(&call, &place, body).await?, call.context.db.clone());
        let done = db.write(move |session| {
            let principal = call.check(session)?;
            let mut tx = session.project_to_write(&principal, &place)?;
            let id = once(&mut tx, call.keyed(&principal, body.bytes()).as_ref(), status, |tx| command(tx, &body))?;
            present(&mut tx, id)
        });
        Ok((status, done.await?).into_response())
    }

    /// Runs a command that tells something which is at hand only when it was carried out. The same request sent again with its idempotency
    /// key is answered without it.
    pub async fn make<T, C, P>(self, status: StatusCode, body: Body, mut command: C, mut present: P) -> Result<Response, ApiError>
    where
        C: FnMut(&mut WriteTx<'_, ProjectScope>, &Body) -> db::Result<(Uuid, T)> + Send + 'static,
        P: FnMut(&mut Tx<'_, ProjectScope>, Uuid, Option<T>) -> db::Result<Json> + Send + 'static,
    {
        let Self { call, place } = self;
        let (body, db) = (place_prepared(&call, &place, body).await?, call.context.db.clone());
        let done = db.write(move |session| {
            let principal = call.check(session)?;
            let mut tx = session.project_to_write(&principal, &place)?;
            let mut told = None;
            let id = once(&mut tx, call.keyed(&principal, body.bytes()).as_ref(), status, |tx| {
                let (id, tells) = command(tx, &body)?;
                told = Some(tells);
                Ok(id)
            })?;
            present(&mut tx, id, told)
        });
        Ok((status, done.await?).into_response())
    }

    /// Like [`write`](Self::write), for bodies that may take long to read: a large one is read
    /// before the write begins, since nobody else can write meanwhile, and only for who has the right.
    pub async fn write_read<I, R, C, P>(
        self,
        status: StatusCode,
        body: Body,
        read: R,
        mut command: C,
        present: P,
    ) -> Result<Response, ApiError>
    where
        I: Clone + Send + 'static,
        R: Fn(&Body) -> Result<I, Refusal> + Send + 'static,
        C: FnMut(&mut WriteTx<'_, ProjectScope>, I) -> db::Result<Uuid> + Send + 'static,
        P: FnMut(&mut Tx<'_, ProjectScope>, Uuid) -> db::Result<Json> + Send + 'static,
    {
        if body.bytes().len() <= QUICKLY_READ {
            return self.write(status, body, move |tx, body| command(tx, read(body)?), present).await;
        }
        let Self { call, place } = self;
        let body = place_prepared(&call, &place, body).await?;
        let sent = body.clone();
        let input = beside(move || read(&sent)).await?;
        // What is wrong with the body is said where it would have been, had it been short.
        Self { call, place }.write(status, body, move |tx, _| command(tx, input.clone()?), present).await
    }

    /// Runs a command whose answer is 204.
    pub async fn run<C>(self, body: Body, mut command: C) -> Result<Response, ApiError>
    where
        C: FnMut(&mut WriteTx<'_, ProjectScope>, &Body) -> db::Result<()> + Send + 'static,
    {
        let Self { call, place } = self;
        let (body, db) = (place_prepared(&call, &place, body).await?, call.context.db.clone());
        let done = db.write(move |session| {
            let principal = call.check(session)?;
            let mut tx = session.project_to_write(&principal, &place)?;
            let key = call.keyed(&principal, body.bytes());
            once(&mut tx, key.as_ref(), StatusCode::NO_CONTENT, |tx| command(tx, &body).map(|()| Uuid::nil()))
        });
        done.await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    }
}
