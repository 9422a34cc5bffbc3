//! Who can be sent mail: what is told to an account goes only to an address that its owner has shown to be his.

use std::collections::HashMap;

use aileron_db::{self as db, ExprTrait as _, Reach, Tx, schema::USERS};
use aileron_kernel::Uuid;
use aileron_platform::mail::Recipient;

/// How many people one statement asks for.
const PEOPLE: usize = 500;

/// Those of these accounts that are people, are active and have a proved address, with where mail for them goes.
pub fn proved<S: Reach>(tx: &mut Tx<'_, S>, users: &[Uuid]) -> db::Result<HashMap<Uuid, Recipient>> {
    let of = |column| USERS.col(column);
    let mut found = HashMap::new();
    for some in users.chunks(PEOPLE) {
        let reached = of("email_verified_at").is_not_null().and(of("is_active").eq(true)).and(of("kind").eq("human"));
        let select = tx.from(USERS).filter(db::id_in(USERS, "id", some)).filter(reached);
        let select = select.expr(of("id")).expr(of("email")).expr(of("first_name")).expr(of("last_name"));
        for (id, email, first_name, last_name) in tx.all::<(Uuid, Option<String>, String, String)>(&select)? {
            let name = format!("{first_name} {last_name}").trim().to_owned();
            found.extend(email.map(|address| (id, Recipient { address, name, account: Some(id) })));
        }
    }
    Ok(found)
}
