//! COM-1 to COM-5: communities of courses, their members, posts and moderation.

mod ladder;
mod manage;
mod members;
mod moderation;
mod notices;
mod parallel;
mod posts;
mod reactions;
mod replies;
mod texts;

use it::{Actor, World};
use serde_json::{Value, json};

/// The community of the course `7`.
const HOME: &str = "/v1/communities/com_7";

/// A course `7` with its teacher tia, who has opened a community, and the
/// students mia, leo and ben, who have joined it. Eve is not enrolled, and uma
/// has not joined.
struct Course {
    world: World,
    head: Actor,
    /// Of the staff.
    sue: Actor,
    /// Owner.
    tia: Actor,
    mia: Actor,
    leo: Actor,
    ben: Actor,
    eve: Actor,
    uma: Actor,
}

impl Course {
    async fn open() -> Self {
        Self::with(json!({})).await
    }

    /// With these settings of the community.
    async fn with(settings: Value) -> Self {
        let (world, head) = World::school().await;
        let sue = world.add(&head, "sue", &["staff"]).await;
        let tia = world.add(&head, "tia", &["teacher"]).await;
        let mut students = Vec::new();
        for id in ["mia", "leo", "ben", "eve", "uma"] {
            students.push(world.add(&head, id, &["student"]).await);
        }
        course(&head, "7").await;
        enrol(&head, "7", "tia", "teacher").await;
        for id in ["mia", "leo", "ben", "uma"] {
            enrol(&head, "7", id, "student").await;
        }
        let body = json!({"group": "7", "name": "Rust", "settings": settings});
        tia.post("/v1/communities", body).await.created();
        for student in &students[..3] {
            student.post(&format!("{HOME}/join"), json!({})).await.ok();
        }
        let [mia, leo, ben, eve, uma] = students.try_into().expect("five students");
        Self {
            world,
            head,
            sue,
            tia,
            mia,
            leo,
            ben,
            eve,
            uma,
        }
    }

    /// Where posts are approved by moderators.
    async fn approving() -> Self {
        Self::with(json!({"require_post_approval": true})).await
    }
}

async fn course(head: &Actor, id: &str) {
    let body = json!({"id": id, "kind": "course", "name": format!("Course {id}")});
    head.post("/v1/groups", body).await.created();
}

async fn enrol(head: &Actor, course: &str, user: &str, role: &str) {
    let body = json!({"user": user, "role": role});
    head.post(&format!("/v1/groups/{course}/members"), body)
        .await
        .created();
}

/// Writes a post; its path.
async fn post(author: &Actor, title: &str) -> String {
    let body = json!({"title": title, "body": format!("About {title}.")});
    let made = author.post(&format!("{HOME}/posts"), body).await.created();
    path(&made)
}

/// Replies to the post at a path; the path of the reply.
async fn reply(author: &Actor, to: &str, body: &str) -> String {
    let body = json!({"parent": id(to), "body": body});
    let made = author.post(&format!("{HOME}/posts"), body).await.created();
    path(&made)
}

fn path(post: &Value) -> String {
    format!("/v1/posts/{}", post["id"].as_str().expect("an id"))
}

/// The id at the end of a path.
fn id(path: &str) -> &str {
    path.rsplit('/').next().expect("an id")
}

async fn titles(who: &Actor, query: &str) -> Vec<String> {
    let posts = who.all(&format!("{HOME}/posts{query}")).await;
    texts(&posts, "title")
}

fn texts(items: &[Value], field: &str) -> Vec<String> {
    let texts = items.iter().filter_map(|item| item[field].as_str());
    texts.map(str::to_owned).collect()
}

async fn act(who: &Actor, path: &str, act: &str) -> it::Answer {
    who.post(&format!("{path}/{act}"), json!({})).await
}
