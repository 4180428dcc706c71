//! One function alone: in a thread with a runtime of its own and with
//! connections of its own, as Lambda runs it. The thread's CPU time is the
//! function's, the SDK and HTTP included, the endpoint's not.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cpu_time::ThreadTime;
use domain::Channel;
use domain::frames::Event;
use domain::ids::ConnectionId;
use domain::tasks::{Chunk, Envelope, IN_APP_CHUNK, Task};
use it::{Actor, World};
use lambda::{Context, Env, Function};
use live::{Live, Post};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::job::Job;

/// Chunks that one invocation is given, as the mapping has it.
const BATCH: usize = 10;
/// Rounds of pushes, after one that is not measured.
const ROUNDS: usize = 5;

/// What pushing came to.
#[derive(Debug)]
pub struct Pushes {
    pub count: usize,
    pub cpu: Duration,
    pub wall: Duration,
}

impl Pushes {
    pub fn cpu_each(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.count.max(1) as f64
    }
}

/// The environment of a function, with connections that nobody else uses.
fn environment(world: &World, function: &str) -> Env {
    let mut variables: BTreeMap<String, String> = [
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL", &world.aws_url()),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let plan = &world.plan().functions[function];
    variables.extend(plan.environment.clone());
    Env::new(variables, world.clock().clone())
}

/// Runs work in a thread of its own; the answer is what it answers.
async fn in_a_thread<T, Work, Running>(work: Work) -> T
where
    T: Send + 'static,
    Work: FnOnce() -> Running + Send + 'static,
    Running: Future<Output = T>,
{
    let (tell, told) = tokio::sync::oneshot::channel();
    // Named, so that a profiler tells it apart: `perf report --comm alone`.
    let thread = std::thread::Builder::new().name("alone".to_owned());
    let started = thread.spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        // Nobody waits if the benchmark was stopped.
        let _stopped = tell.send(runtime.block_on(work()));
    });
    started.expect("a thread");
    told.await.expect("the thread ends well")
}

/// `deliver-in-app` once more on the chunks of a send that is delivered: it
/// writes the same items again.
pub async fn fan_out(world: &World, head: &Actor, send: &str, people: usize) -> Job {
    let me = head.get("/v1/users/me").await.ok();
    let tenant = me["tenant"]["id"].as_str().expect("a tenant").to_owned();
    let events = events(&tenant, send, people);
    let build = local::runner::build_of("DeliverInApp").expect("a function");
    let function = build(environment(world, "DeliverInApp")).expect("settings");
    let meter = world.meter().clone();
    in_a_thread(move || async move {
        invoke(&function, &events[0]).await;
        meter.reset();
        let (cpu, wall) = (ThreadTime::now(), Instant::now());
        for event in &events {
            invoke(&function, event).await;
        }
        Job {
            name: "deliver-in-app alone".to_owned(),
            cpu: cpu.elapsed(),
            wall: wall.elapsed(),
            usages: meter.snapshot(),
        }
    })
    .await
}

fn events(tenant: &str, send: &str, people: usize) -> Vec<Box<RawValue>> {
    let everybody: Vec<String> = (0..people).map(|n| format!("s{n:06}")).collect();
    let chunks: Vec<&[String]> = everybody.chunks(IN_APP_CHUNK).collect();
    let batches = chunks.chunks(BATCH).enumerate();
    batches
        .map(|(batch, chunks)| {
            let records = chunks.iter().enumerate().map(|(at, people)| {
                let chunk = Chunk {
                    send: send.parse().expect("a send"),
                    chunk: format!("bench-{batch}-{at}"),
                    channel: Channel::InApp,
                    recipients: people.to_vec(),
                };
                let tenant = tenant.parse().expect("a tenant");
                let body = Envelope::new(tenant, Task::DeliverInApp(chunk));
                json!({
                    "messageId": format!("{batch}-{at}"),
                    "body": serde_json::to_string(&body).expect("JSON"),
                    "attributes": {"ApproximateReceiveCount": "1"},
                })
            });
            let event = json!({"Records": records.collect::<Vec<_>>()});
            serde_json::value::to_raw_value(&event).expect("JSON")
        })
        .collect()
}

async fn invoke(function: &Function, event: &RawValue) {
    let end = SystemTime::now() + Duration::from_secs(30);
    let end = end.duration_since(UNIX_EPOCH).expect("a time");
    let mut context = Context::default();
    context.deadline = u64::try_from(end.as_millis()).expect("a time");
    let answer = function.invoke(event.to_owned(), context).await;
    let answer: Value = serde_json::from_str(answer.expect("an answer").get()).expect("JSON");
    assert_eq!(answer["batchItemFailures"], json!([]), "{answer}");
}

/// Pushes a frame to every open socket, several times.
pub async fn push(world: &World, frame: Value) -> Pushes {
    let frame: Event = serde_json::from_value(frame).expect("a frame");
    let env = environment(world, "DeliverInApp");
    let endpoint = world.plan().functions["DeliverInApp"].environment["SOCKET_ENDPOINT"].clone();
    let ids = world.sockets().ids();
    let sockets: Vec<ConnectionId> = ids.into_iter().map(ConnectionId).collect();
    in_a_thread(move || async move {
        let live = Live::new(env.aws(), &endpoint);
        let posts = Post::to_all(&sockets, &frame).expect("a frame");
        live.push(posts.clone()).await;
        let (cpu, wall) = (ThreadTime::now(), Instant::now());
        let mut count = 0;
        for _ in 0..ROUNDS {
            count += live.push(posts.clone()).await.sent as usize;
        }
        Pushes {
            count,
            cpu: cpu.elapsed(),
            wall: wall.elapsed(),
        }
    })
    .await
}
