//! A key is limited by what it called all processes.

use aileron_testkit::database::is_postgres;

use super::{Two, until};

const ME: &str = "/api/v1/users/me/";

#[tokio::test]
async fn a_key_has_one_limit_whichever_process_it_calls() {
    if !is_postgres() {
        return; // There is one process.
    }
    let nodes = Two::new(6, None).await;
    nodes.share(None).await;
    let (one, two) = (nodes.one.as_user("alice"), nodes.two.as_user("alice"));
    for _ in 0..4 {
        one.get(ME).await.expect(200);
    }
    // What others are told of hers comes with that of bob, or before it.
    nodes.one.as_user("bob").get(ME).await.expect(200);
    until("the second is told", || nodes.two.context().limiter.keys() == 2).await;
    let answer = two.get(ME).await;
    assert_eq!((answer.status.as_u16(), &answer.headers["x-ratelimit-remaining"]), (200, &"1".parse().unwrap()));
    two.get(ME).await.expect(200);
    two.get(ME).await.expect(429);
    // What the second accepted counts at the first too; that of another key comes with it or after it, and is limited by nothing of this.
    nodes.two.as_user("dave").get(ME).await.expect(200);
    until("the first is told", || nodes.one.context().limiter.keys() == 3).await;
    one.get(ME).await.expect(429);
    nodes.one.clock.advance(61);
    one.get(ME).await.expect(200);
    two.get(ME).await.expect(200);
}
