//! Figures of the main job: AWS calls and billed units for each recipient,
//! counted at the local AWS endpoint, and CPU and wall time of the local run.
//! Counts repeat nearly to the digit; times are those of this machine. Where
//! the whole process is meant, it is functions, gateway, queues and the
//! embedded database; a function alone has a thread of its own.

mod alone;
mod goals;
mod job;
mod report;
mod talk;

use clap::Parser;
use it::World;
use local::aws::FeedbackFaults;

/// Measures one announcement to many people, and talk over sockets.
#[derive(Debug, Parser)]
struct Args {
    /// People in the school.
    #[arg(long, default_value_t = 10_000)]
    people: usize,
    /// Open sockets during the live runs, each of another person.
    #[arg(long, default_value_t = 1_000)]
    sockets: usize,
    /// Frames between two people, and from `ping` to `pong`.
    #[arg(long, default_value_t = 1_000)]
    frames: usize,
    /// Messages to the room in which all open sockets are.
    #[arg(long, default_value_t = 15)]
    messages: usize,
    /// Where the table is written to as well.
    #[arg(long, default_value = "target/bench.md")]
    out: std::path::PathBuf,
}

#[tokio::main]
async fn main() {
    let args = Args::parse();
    let people = args.people;
    let (world, head) = World::school().await;
    let listeners = args.sockets.min(people);
    let imported = job::import(&world, &head, people, listeners).await;
    let (in_app, send) = job::announce(&world, &head, "in-app", &[]).await;
    let fan_out = alone::fan_out(&world, &head, &send, people).await;

    let mut sockets = job::sockets(&world, listeners).await;
    let (live, _) = job::announce(&world, &head, "in-app and live", &[]).await;
    let pushed = sockets[0].next_of("notification.created").await;
    let pushes = alone::push(&world, pushed).await;
    let echo = talk::ping(&world, &mut sockets[0], args.frames).await;
    let open = sockets.len();
    let room = talk::room(&world, &head, sockets, args.messages).await;
    let pair = talk::pair(&world, &head, args.frames).await;

    let (email, _) = job::announce(&world, &head, "e-mail", &["email"]).await;
    let silence = FeedbackFaults {
        drop: 1.0,
        ..FeedbackFaults::default()
    };
    world.aws().ses().set_feedback_faults(silence);
    let (silent, _) = job::announce(&world, &head, "e-mail without reports", &["email"]).await;
    world
        .aws()
        .ses()
        .set_feedback_faults(FeedbackFaults::default());
    let (sms, _) = job::announce(&world, &head, "e-mail and SMS", &["email", "sms"]).await;

    let figures = goals::Figures {
        people,
        sockets: open,
        in_app: &in_app,
        fan_out: &fan_out,
        live: &live,
        pushes: &pushes,
        email: &email,
        silent: &silent,
        sms: &sms,
        echo: &echo,
        room: &room,
        pair: &pair,
    };
    let jobs = [
        &imported, &in_app, &fan_out, &live, &email, &silent, &sms, &room.job,
    ];
    let text = report::write(people, open, &jobs, &figures);
    println!("{text}");
    if let Err(error) = tokio::fs::write(&args.out, &text).await {
        eprintln!("{} could not be written: {error}", args.out.display());
    }
}
