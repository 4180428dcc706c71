//! CHT-3: block, unblock, list; a blocked person cannot tell. C1.

use it::{Actor, Answer};
use serde_json::{Value, json};

use super::{contact, invite, school};

/// An answer without what the clock or the count of what was written decides.
fn timeless(answer: &Answer) -> (u16, String, Vec<String>) {
    fn clean(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let passing = [
                        "seq",
                        "read_seq",
                        "through_seq",
                        "request_id",
                        "instance",
                        "id",
                        "client_msg_id",
                    ];
                    let counted = ["after_seq", "last_seen", "after", "detail"];
                    if name.ends_with("_at")
                        || name == "at"
                        || passing.contains(&name.as_str())
                        || counted.contains(&name.as_str())
                    {
                        *value = json!(value.is_null());
                    } else {
                        clean(value);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(clean),
            _ => {}
        }
    }
    let mut body = answer.body.clone();
    clean(&mut body);
    let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
    names.sort_unstable();
    (answer.status, body.to_string(), names)
}

async fn block(who: &Actor, user: &str) {
    let blocked = who
        .post("/v1/chat/blocks", json!({"user": user}))
        .await
        .created();
    assert_eq!(blocked["user"]["id"], user);
}

async fn unblock(who: &Actor, user: &str) {
    who.delete(&format!("/v1/chat/blocks/{user}")).await.gone();
}

#[tokio::test]
async fn blocks_are_listed_lifted_and_made_once() {
    let (world, head, tom, mia) = school().await;
    world.add(&head, "anna", &["teacher"]).await;
    block(&mia, "tom").await;
    block(&mia, "anna").await;
    mia.post("/v1/chat/blocks", json!({"user": "tom"}))
        .await
        .ok();
    let blocks = mia.all("/v1/chat/blocks?page_size=1").await;
    assert_eq!(blocks.len(), 2);
    assert_eq!(
        blocks[1]["user"],
        json!({"id": "tom", "name": "Name of tom"})
    );
    assert!(tom.all("/v1/chat/blocks").await.is_empty());
    tom.delete("/v1/chat/blocks/mia")
        .await
        .problem(404, "not_found");
    unblock(&mia, "tom").await;
    mia.delete("/v1/chat/blocks/tom")
        .await
        .problem(404, "not_found");
    assert_eq!(mia.all("/v1/chat/blocks").await.len(), 1);
    mia.post("/v1/chat/blocks", json!({"user": "mia"}))
        .await
        .refuses("user", "self");
    mia.post("/v1/chat/blocks", json!({"user": "nobody"}))
        .await
        .problem(404, "not_found");
    let other = world.tenant("other").await;
    world.add(&other, "nina", &["student"]).await;
    mia.post("/v1/chat/blocks", json!({"user": "nina"}))
        .await
        .problem(404, "not_found");
}

/// Everything that Tom can ask about Mia, in an order in which each changes
/// something for the next.
async fn all_that_tom_sees(tom: &Actor, room: &str, at: &str) -> Vec<(String, Answer)> {
    let mut seen = Vec::new();
    let messages = format!("/v1/chat/rooms/{room}/messages");
    let body = json!({"client_msg_id": format!("m-{at}"), "text": "Are you there?"});
    let posted = tom.post(&messages, body.clone()).await;
    let seq = posted.body["seq"].as_u64().expect("a seq");
    seen.push(("post".to_owned(), posted));
    seen.push(("post again".to_owned(), tom.post(&messages, body).await));
    let other = json!({"client_msg_id": format!("m-{at}"), "text": "Something else"});
    seen.push(("conflict".to_owned(), tom.post(&messages, other).await));
    let one = format!("{messages}/{seq}");
    seen.push((
        "edit".to_owned(),
        tom.patch(&one, json!({"text": "Are you here?"})).await,
    ));
    seen.push((
        "first page".to_owned(),
        tom.get(&format!("{messages}?page_size=1")).await,
    ));
    seen.push(("delete".to_owned(), tom.delete(&one).await));
    seen.push((
        "read".to_owned(),
        tom.post(&format!("/v1/chat/rooms/{room}/read"), json!({"seq": seq}))
            .await,
    ));
    let sync = format!("/v1/chat/rooms/{room}/sync?after_seq={}", seq - 1);
    seen.push(("sync".to_owned(), tom.get(&sync).await));
    seen.push((
        "room".to_owned(),
        tom.get(&format!("/v1/chat/rooms/{room}")).await,
    ));
    for path in [
        "/v1/chat/rooms",
        "/v1/chat/unread-count",
        "/v1/chat/people?q=mia",
        "/v1/chat/blocks",
        "/v1/chat/invitations?direction=outgoing",
        "/v1/chat/invitations",
    ] {
        seen.push((path.to_owned(), tom.get(path).await));
    }
    let invitation = json!({"user": "mia"});
    seen.push((
        "invite".to_owned(),
        tom.post("/v1/chat/invitations", invitation).await,
    ));
    seen
}

#[tokio::test]
async fn whoever_is_blocked_gets_the_answers_from_before() {
    let (world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    world.settle().await;
    // Twice, so that what the first message of a room does is over.
    let _first = all_that_tom_sees(&tom, &room, "zero").await;
    world.settle().await;
    let before = all_that_tom_sees(&tom, &room, "one").await;
    world.settle().await;
    block(&mia, "tom").await;
    let after = all_that_tom_sees(&tom, &room, "two").await;
    world.settle().await;
    for ((what, before), (_, after)) in before.iter().zip(&after) {
        assert_eq!(timeless(before), timeless(after), "{what}");
    }
}

#[tokio::test]
async fn whoever_blocks_sees_nothing_more() {
    let (world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let messages = format!("/v1/chat/rooms/{room}/messages");
    let write = |who: Actor, id: &'static str, text: &'static str| {
        let messages = messages.clone();
        async move {
            who.post(&messages, json!({"client_msg_id": id, "text": text}))
                .await
        }
    };
    write(tom.clone(), "1", "Before").await.created();
    world.settle().await;
    let bells = mia.feed().await.len();
    block(&mia, "tom").await;
    write(tom.clone(), "2", "During").await.created();
    world.settle().await;
    assert_eq!(mia.feed().await.len(), bells, "no notification");
    let shown = mia.get(&format!("/v1/chat/rooms/{room}")).await.ok();
    assert_eq!(shown["state"], "blocked");
    assert_eq!(shown["last"]["text"], "Before");
    assert_eq!(shown["unread_count"], 1);
    let history = mia.get(&messages).await.ok().to_string();
    assert!(
        history.contains("Before") && !history.contains("During"),
        "{history}"
    );
    write(mia.clone(), "3", "Go away")
        .await
        .problem(403, "blocked");

    unblock(&mia, "tom").await;
    write(mia.clone(), "4", "Back")
        .await
        .problem(403, "not_allowed");
    write(tom.clone(), "5", "Back")
        .await
        .problem(403, "not_allowed");
    let again = contact(&tom, &mia).await;
    assert_eq!(again, room, "the same room goes on");
    write(mia.clone(), "6", "Back").await.created();
    let history = mia.get(&messages).await.ok().to_string();
    assert!(
        history.contains("Before") && !history.contains("During"),
        "what was hidden stays hidden"
    );
    let history = tom.get(&messages).await.ok().to_string();
    assert!(history.contains("During") && history.contains("Back"));
}

#[tokio::test]
async fn an_invitation_to_somebody_who_has_blocked_one_looks_like_any_other() {
    let (world, head, tom, mia) = school().await;
    let ben = world.add(&head, "ben", &["student"]).await;
    block(&mia, "tom").await;
    let to_mia = tom
        .post("/v1/chat/invitations", json!({"user": "mia"}))
        .await;
    let to_ben = tom
        .post("/v1/chat/invitations", json!({"user": "ben"}))
        .await;
    let named = |answer: &Answer, name: &str| {
        let (status, text, headers) = timeless(answer);
        (status, text.replace(name, "x"), headers)
    };
    assert_eq!(named(&to_mia, "mia"), named(&to_ben, "ben"));
    let (mias, bens) = (to_mia.created(), to_ben.created());
    world.settle().await;
    assert_eq!(ben.feed().await.len(), 1);
    assert!(mia.feed().await.is_empty(), "Mia is not told");
    assert!(mia.all("/v1/chat/invitations").await.is_empty());
    let path = |made: &Value| {
        format!(
            "/v1/chat/invitations/{}",
            made["id"].as_str().expect("an id")
        )
    };
    mia.get(&path(&mias)).await.problem(404, "not_found");
    mia.post(&format!("{}/accept", path(&mias)), json!({}))
        .await
        .problem(403, "blocked");
    for (name, made) in [("mia", &mias), ("ben", &bens)] {
        let again = tom
            .post("/v1/chat/invitations", json!({"user": name}))
            .await;
        again.problem(409, "conflict");
        assert_eq!(tom.get(&path(made)).await.ok()["status"], "pending");
        tom.delete(&path(made)).await.gone();
    }
    assert_eq!(ben.all("/v1/chat/invitations").await.len(), 1);
    assert!(mia.all("/v1/chat/invitations").await.is_empty());
    mia.post("/v1/chat/invitations", json!({"user": "tom"}))
        .await
        .problem(403, "blocked");
}

#[tokio::test]
async fn a_block_ends_what_was_pending_and_shows_only_to_whoever_blocks() {
    let (world, head, tom, mia) = school().await;
    // Tom has invited Mia, who blocks him: for Tom it stays pending.
    let id = invite(&tom, "mia").await;
    let path = format!("/v1/chat/invitations/{id}");
    block(&mia, "tom").await;
    assert_eq!(tom.get(&path).await.ok()["status"], "pending");
    mia.get(&path).await.problem(404, "not_found");
    mia.post(&format!("{path}/accept"), json!({}))
        .await
        .problem(403, "blocked");
    unblock(&mia, "tom").await;
    mia.post(&format!("{path}/accept"), json!({}))
        .await
        .problem(410, "gone");
    assert!(
        mia.all("/v1/chat/invitations").await.is_empty(),
        "it is never shown"
    );
    world.later(14 * 86_400 + 1).await;
    let tom = world.actor("school", "tom");
    assert_eq!(tom.get(&path).await.ok()["status"], "expired");

    // Ben has invited Anna, and blocks her: for Anna it was taken back.
    let head = world.actor("school", &head.id);
    let (ben, anna) = (
        world.add(&head, "ben", &["student"]).await,
        world.add(&head, "anna", &["teacher"]).await,
    );
    let path = format!("/v1/chat/invitations/{}", invite(&ben, "anna").await);
    block(&ben, "anna").await;
    assert_eq!(anna.get(&path).await.ok()["status"], "withdrawn");
    anna.post(&format!("{path}/accept"), json!({}))
        .await
        .problem(410, "gone");
}

#[tokio::test]
async fn each_may_have_blocked_the_other() {
    let (_world, _head, tom, mia) = school().await;
    let room = contact(&tom, &mia).await;
    let messages = format!("/v1/chat/rooms/{room}/messages");
    let write = |id: &str| json!({"client_msg_id": id, "text": "Hello"});
    block(&mia, "tom").await;
    block(&tom, "mia").await;
    tom.post(&messages, write("1"))
        .await
        .problem(403, "blocked");
    mia.post(&messages, write("1"))
        .await
        .problem(403, "blocked");
    unblock(&tom, "mia").await;
    tom.post(&messages, write("2"))
        .await
        .problem(403, "not_allowed");
    let invitation = json!({"user": "mia"});
    tom.post("/v1/chat/invitations", invitation).await.created();
    assert!(
        mia.all("/v1/chat/invitations?status=pending")
            .await
            .is_empty(),
        "Mia's block stands"
    );
}

#[tokio::test]
async fn blocking_and_accepting_at_once_leaves_no_way_to_write() {
    let (world, head, ..) = school().await;
    for n in 0..4 {
        let teacher = world.add(&head, &format!("t{n}"), &["teacher"]).await;
        let student = world.add(&head, &format!("s{n}"), &["student"]).await;
        let path = format!(
            "/v1/chat/invitations/{}/accept",
            invite(&teacher, &student.id).await
        );
        let (accepted, blocked) = tokio::join!(
            student.post(&path, json!({})),
            student.post("/v1/chat/blocks", json!({"user": teacher.id})),
        );
        blocked.created();
        assert!([200, 403].contains(&accepted.status), "{}", accepted.text);
        if let Some(room) = accepted.body["room"].as_str() {
            let messages = format!("/v1/chat/rooms/{room}/messages");
            let body = json!({"client_msg_id": "1", "text": "Hello"});
            student
                .post(&messages, body.clone())
                .await
                .problem(403, "blocked");
            teacher.post(&messages, body).await.created();
            let history = student.get(&messages).await.ok();
            assert!(!history.to_string().contains("Hello"), "{history}");
        }
    }
}
