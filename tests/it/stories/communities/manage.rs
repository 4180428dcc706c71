//! COM-1: open, list, read, change, delete.

use serde_json::json;

use super::{Course, HOME, course, enrol, post, texts};

#[tokio::test]
async fn a_course_has_one_community() {
    let c = Course::open().await;
    let made = c.tia.get(HOME).await.ok();
    assert_eq!(made["id"], "com_7");
    assert_eq!(made["group"], "7");
    assert_eq!(made["membership"]["role"], "owner");
    assert_eq!(made["counts"], json!({"members": 4, "posts": 0}));
    assert_eq!(
        made["settings"],
        json!({"require_post_approval": false, "allow_replies": true, "allow_reactions": true, "live_chat": true})
    );
    let again = json!({"course": "7", "name": "Another"});
    for who in [&c.tia, &c.head] {
        who.post("/v1/communities", again.clone())
            .await
            .problem(409, "conflict");
    }
}

#[tokio::test]
async fn opening_one_many_times_at_once_opens_one() {
    let c = Course::open().await;
    course(&c.head, "8").await;
    let opened = futures::future::join_all((0..20).map(|n| {
        let body = json!({"group": "8", "name": format!("Try {n}")});
        let head = c.head.clone();
        async move { head.post("/v1/communities", body).await.status }
    }))
    .await;
    assert_eq!(opened.iter().filter(|status| **status == 201).count(), 1);
    assert!(opened.iter().all(|status| [201, 409].contains(status)));
}

#[tokio::test]
async fn staff_open_any_and_teachers_their_own() {
    let c = Course::open().await;
    for id in ["8", "9"] {
        course(&c.head, id).await;
    }
    enrol(&c.head, "9", "tia", "student").await;
    let open = |id: &str| json!({"group": id, "name": "New"});
    for (who, group) in [(&c.tia, "8"), (&c.tia, "9"), (&c.mia, "8"), (&c.mia, "7")] {
        who.post("/v1/communities", open(group))
            .await
            .problem(403, "forbidden");
    }
    let made = c.sue.post("/v1/communities", open("8")).await.created();
    assert_eq!(made["membership"]["role"], "owner");
    c.sue
        .post("/v1/communities", open("nowhere"))
        .await
        .refuses("group", "unknown_group");
    c.sue
        .post("/v1/communities", json!({"group": "9", "name": " "}))
        .await
        .refuses("name", "required");
    c.sue
        .post(
            "/v1/communities",
            json!({"group": "9", "name": "N", "owner": "mia"}),
        )
        .await
        .refuses("owner", "unknown_field");
}

#[tokio::test]
async fn a_list_has_the_communities_of_ones_courses_and_all_for_staff() {
    let c = Course::open().await;
    for id in ["8", "9"] {
        course(&c.head, id).await;
        let body = json!({"group": id, "name": format!("Course {id}")});
        c.head.post("/v1/communities", body).await.created();
    }
    enrol(&c.head, "8", "mia", "student").await;
    let mine = c.mia.all("/v1/communities?page_size=1").await;
    assert_eq!(texts(&mine, "id"), ["com_7", "com_8"]);
    assert_eq!(mine[0]["membership"]["role"], "member");
    assert_eq!(mine[1]["membership"], json!(null));
    assert!(c.eve.all("/v1/communities").await.is_empty());
    let all = c.sue.all("/v1/communities?page_size=2").await;
    assert_eq!(texts(&all, "id"), ["com_7", "com_8", "com_9"]);
    let rival = c.world.tenant("rival").await;
    assert!(rival.all("/v1/communities").await.is_empty());
}

#[tokio::test]
async fn owners_change_it_and_only_the_version_that_they_read() {
    let c = Course::open().await;
    let change = json!({"name": "Rust 101", "settings": {"allow_replies": false}, "version": 1});
    let now = c.tia.patch(HOME, change.clone()).await.ok();
    assert_eq!(now["name"], "Rust 101");
    assert_eq!(now["settings"]["allow_replies"], false);
    assert_eq!(now["settings"]["allow_reactions"], true);
    assert_eq!(now["version"], 2);
    c.tia.patch(HOME, change).await.problem(409, "conflict");
    c.tia
        .patch(HOME, json!({"settings": {"colour": "red"}}))
        .await
        .refuses("settings.colour", "unknown_field");
    c.tia
        .patch(HOME, json!({"description": "a\u{202e}b"}))
        .await
        .refuses("description", "forbidden_character");
}

#[tokio::test]
async fn its_room_is_in_it_while_live_chat_is_on() {
    let c = Course::open().await;
    let room = c.mia.get(HOME).await.ok()["room"].clone();
    assert!(room.as_str().is_some_and(|room| room.starts_with("rom_")));
    let off = json!({"settings": {"live_chat": false}});
    assert_eq!(c.tia.patch(HOME, off).await.ok()["room"], json!(null));
}

#[tokio::test]
async fn deleting_takes_everything_with_it_and_leaves_room_for_a_new_one() {
    let c = Course::open().await;
    let first = post(&c.mia, "First").await;
    super::reply(&c.leo, &first, "A reply").await;
    c.leo
        .put(&format!("{first}/reactions"), json!({"kind": "like"}))
        .await
        .ok();
    let room = c.mia.get(HOME).await.ok()["room"].clone();
    let said = format!("/v1/chat/rooms/{}/messages", room.as_str().expect("a room"));
    let hello = json!({"client_msg_id": "one", "text": "Hello"});
    c.mia.post(&said, hello).await.created();
    c.mia.delete(HOME).await.problem(403, "forbidden");
    c.tia.delete(HOME).await.gone();
    c.mia.get(&said).await.problem(404, "not_found");
    for path in [HOME, &first] {
        c.mia.get(path).await.problem(404, "not_found");
        c.head.get(path).await.problem(404, "not_found");
    }
    c.tia.delete(HOME).await.problem(404, "not_found");
    assert!(c.mia.all("/v1/communities").await.is_empty());
    let body = json!({"group": "7", "name": "Again"});
    c.tia.post("/v1/communities", body).await.created();
    c.mia
        .get(&format!("{HOME}/posts"))
        .await
        .problem(403, "not_member");
    c.mia.post(&format!("{HOME}/join"), json!({})).await.ok();
    assert_eq!(super::titles(&c.mia, "").await, Vec::<String>::new());
    c.mia.get(&first).await.problem(404, "not_found");
    assert!(c.mia.all(&said).await.is_empty());
    let counts = c.tia.get(HOME).await.ok()["counts"].clone();
    assert_eq!(counts, json!({"members": 2, "posts": 0}));
}

#[tokio::test]
async fn a_community_with_many_posts_is_deleted_bit_by_bit() {
    let c = Course::open().await;
    for n in 0..250 {
        let body = json!({"title": format!("Post {n}"), "body": "Words."});
        let who = [&c.mia, &c.leo, &c.ben, &c.tia][n % 4];
        who.post(&format!("{HOME}/posts"), body).await.created();
    }
    let first = c.tia.delete(HOME).await;
    assert_eq!(first.status, 202);
    assert_eq!(first.header("retry-after"), "1");
    // Gone for everybody at once, and no second one can come up meanwhile.
    c.mia.get(HOME).await.problem(404, "not_found");
    c.leo.delete(HOME).await.problem(404, "not_found");
    let body = json!({"group": "7", "name": "Again"});
    c.tia
        .post("/v1/communities", body)
        .await
        .problem(409, "conflict");
    c.tia.delete(HOME).await.gone();
    c.tia.delete(HOME).await.problem(404, "not_found");
}

#[tokio::test]
async fn what_its_keepers_do_is_in_the_trail() {
    let c = Course::open().await;
    c.tia.patch(HOME, json!({"name": "Rust 101"})).await.ok();
    c.tia
        .put(&format!("{HOME}/members/leo"), json!({"role": "moderator"}))
        .await
        .ok();
    let theirs = post(&c.mia, "Theirs").await;
    super::act(&c.leo, &theirs, "pin").await.ok();
    super::act(&c.leo, &theirs, "unpin").await.ok();
    c.leo.delete(&theirs).await.gone();
    c.leo.delete(&format!("{HOME}/members/ben")).await.gone();
    c.tia.delete(HOME).await.gone();
    let trail = c.head.all("/v1/audit").await;
    let mut told: Vec<(&str, &str)> = trail
        .iter()
        .filter_map(|entry| Some((entry["act"].as_str()?, entry["actor"].as_str()?)))
        .filter(|(act, _)| act.starts_with("community.") || act.starts_with("post."))
        .collect();
    told.reverse();
    assert_eq!(
        told,
        [
            ("community.created", "tia"),
            ("community.updated", "tia"),
            ("community.role_changed", "tia"),
            ("post.pinned", "leo"),
            ("post.unpinned", "leo"),
            ("post.deleted", "leo"),
            ("community.member_removed", "leo"),
            ("community.deleted", "tia"),
        ]
    );
}
