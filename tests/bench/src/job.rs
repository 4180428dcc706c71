//! The jobs that are measured.

use std::fmt::Write;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use it::{Actor, Socket, World};
use local::aws::meter::Usages;
use reqwest::Method;
use serde_json::json;

/// One job and what it came to.
#[derive(Debug)]
pub struct Job {
    pub name: String,
    pub usages: Usages,
    pub cpu: Duration,
    pub wall: Duration,
}

/// Imports the school's people: 50 to a class, and the first of them into one
/// course.
pub async fn import(world: &World, head: &Actor, people: usize, course: usize) -> Job {
    let mut csv = "id,name,email,phone,roles,groups\n".to_owned();
    for n in 0..people {
        let class = n / 50;
        let also = if n < course {
            ";course:live:student"
        } else {
            ""
        };
        writeln!(
            csv,
            "s{n:06},Pupil {n},s{n:06}@pupils.example,+4477{n:08},student,class:c{class}:student{also}"
        )
        .expect("a text grows");
    }
    measure(world, "import", async {
        let created = head
            .raw(Method::POST, "/v1/directory/imports", "text/csv", csv)
            .await;
        let import = created.accepted();
        world.settle().await;
        let id = import["id"].as_str().expect("an id");
        let import = head.get(&format!("/v1/directory/imports/{id}")).await.ok();
        assert_eq!(import["status"], "completed", "{import}");
    })
    .await
}

/// Opens sockets of the first people.
pub async fn sockets(world: &World, count: usize) -> Vec<Socket> {
    let mut sockets = Vec::with_capacity(count);
    for n in 0..count {
        sockets.push(world.actor("school", &format!("s{n:06}")).live().await);
    }
    sockets
}

/// Publishes one announcement to everybody and works until all is delivered.
/// The answer is the job and its send.
pub async fn announce(world: &World, head: &Actor, name: &str, channels: &[&str]) -> (Job, String) {
    let body = json!({
        "title": "School is closed tomorrow",
        "body": "Because of the snow, the school stays closed tomorrow. Lessons go on online.",
        "audience": "all",
        "channels": channels,
    });
    let announcement = head.post("/v1/announcements", body).await.created();
    let path = format!(
        "/v1/announcements/{}/publish",
        announcement["id"].as_str().expect("an id")
    );
    let mut send = String::new();
    let job = measure(world, name, async {
        let published = head.post(&path, json!({})).await.accepted();
        world.settle_for(3_600).await;
        send.push_str(published["send_id"].as_str().expect("a send"));
    })
    .await;
    let ended = head.get(&format!("/v1/sends/{send}")).await.ok();
    assert_eq!(ended["status"], "completed", "{ended}");
    (job, send)
}

/// Counts what a job calls, and takes its time.
pub async fn measure(world: &World, name: &str, job: impl Future<Output = ()>) -> Job {
    world.meter().reset();
    let (cpu, wall) = (ProcessTime::now(), Instant::now());
    job.await;
    Job {
        name: name.to_owned(),
        usages: world.meter().snapshot(),
        cpu: cpu.elapsed(),
        wall: wall.elapsed(),
    }
}
