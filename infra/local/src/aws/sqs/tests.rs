use std::time::Duration;

use domain::Clock;
use jiff::SignedDuration;

use super::*;

fn queues(clock: &Clock) -> Sqs {
    let sqs = Sqs::new(clock.clone(), "eu-west-1", "000000000000", None);
    sqs.create(QueueOptions::named("dead")).unwrap();
    let redrive = Some(Redrive {
        queue: "dead".to_owned(),
        max_receives: 2,
    });
    sqs.create(QueueOptions {
        redrive,
        ..QueueOptions::named("work")
    })
    .unwrap();
    sqs
}

async fn take(sqs: &Sqs, queue: &str) -> Vec<Delivered> {
    sqs.receive(queue, 10, Duration::ZERO).await.unwrap()
}

fn pass(clock: &Clock, sqs: &Sqs, seconds: i64) {
    clock.advance(SignedDuration::from_secs(seconds));
    sqs.wake();
}

#[tokio::test]
async fn an_undeleted_message_returns_and_ends_in_the_dead_letter_queue() {
    let clock = Clock::system();
    let sqs = queues(&clock);
    sqs.send("work", NewMessage::text("x")).unwrap();
    let first = take(&sqs, "work").await;
    assert_eq!(first[0].receive_count, 1);
    assert!(take(&sqs, "work").await.is_empty());
    pass(&clock, &sqs, 31);
    assert_eq!(take(&sqs, "work").await[0].receive_count, 2);
    // A stale receipt deletes nothing.
    sqs.delete("work", &first[0].handle).unwrap();
    assert_eq!(sqs.depth("work").unwrap().in_flight, 1);
    pass(&clock, &sqs, 31);
    assert!(take(&sqs, "work").await.is_empty());
    assert_eq!(sqs.depth("work").unwrap().total(), 0);
    assert_eq!(sqs.depth("dead").unwrap().visible, 1);
    sqs.redrive("dead").unwrap();
    let again = take(&sqs, "work").await;
    assert_eq!(again[0].receive_count, 1);
    sqs.delete("work", &again[0].handle).unwrap();
    assert_eq!(sqs.depth("work").unwrap().total(), 0);
}

#[tokio::test]
async fn a_waiting_receiver_sees_the_clock_move() {
    let clock = Clock::system();
    let sqs = queues(&clock);
    let delayed = NewMessage {
        delay_ms: Some(600_000),
        ..NewMessage::text("later")
    };
    sqs.send("work", delayed).unwrap();
    assert_eq!(sqs.depth("work").unwrap().delayed, 1);
    let waiting = tokio::spawn({
        let sqs = sqs.clone();
        async move {
            sqs.receive("work", 1, Duration::from_secs(1200))
                .await
                .unwrap()
        }
    });
    tokio::task::yield_now().await;
    pass(&clock, &sqs, 601);
    let got = tokio::time::timeout(Duration::from_secs(5), waiting)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(got[0].body, "later");
}

#[tokio::test]
async fn visibility_ends_early_and_retention_ends_all() {
    let clock = Clock::system();
    let sqs = queues(&clock);
    sqs.send("work", NewMessage::text("x")).unwrap();
    let got = take(&sqs, "work").await;
    sqs.release("work", &got[0].handle, 0).unwrap();
    assert_eq!(
        sqs.release("work", &got[0].handle, 0).unwrap_err().code,
        "MessageNotInflight"
    );
    assert_eq!(take(&sqs, "work").await.len(), 1);
    pass(&clock, &sqs, 345_601);
    assert_eq!(sqs.depth("work").unwrap().total(), 0);
}

fn of(group: &str, body: String) -> NewMessage {
    NewMessage {
        group: Some(group.to_owned()),
        ..NewMessage::text(body)
    }
}

async fn bodies(sqs: &Sqs, max: usize) -> Vec<String> {
    let taken = sqs.receive("work", max, Duration::ZERO).await.unwrap();
    taken.into_iter().map(|message| message.body).collect()
}

#[tokio::test]
async fn a_quiet_group_goes_before_a_noisy_one() {
    let clock = Clock::system();
    let sqs = queues(&clock);
    for number in 0..20 {
        sqs.send("work", of("noisy", format!("n{number}"))).unwrap();
    }
    assert_eq!(bodies(&sqs, 3).await, ["n0", "n1", "n2"], "nobody waits");
    for number in 0..2 {
        sqs.send("work", of("quiet", format!("q{number}"))).unwrap();
    }
    for number in 0..2 {
        sqs.send("work", NewMessage::text(format!("alone{number}")))
            .unwrap();
    }
    // A message alone has nobody of its group before it, however many there are.
    assert_eq!(
        bodies(&sqs, 10).await,
        [
            "q0", "alone0", "alone1", "q1", "n3", "n4", "n5", "n6", "n7", "n8"
        ]
    );
    // What comes back is not in flight any more.
    pass(&clock, &sqs, 31);
    sqs.send("work", of("quiet", "q2".to_owned())).unwrap();
    assert_eq!(
        bodies(&sqs, 6).await,
        ["n0", "q0", "alone0", "alone1", "n1", "q1"]
    );
}

#[tokio::test]
async fn a_fifo_group_waits_for_its_first_message() {
    let clock = Clock::system();
    let sqs = queues(&clock);
    sqs.create(QueueOptions::named("line.fifo")).unwrap();
    for (body, group) in [("1", "a"), ("2", "a"), ("3", "b"), ("3", "b")] {
        let message = NewMessage {
            group: Some(group.to_owned()),
            deduplication: Some(body.to_owned()),
            ..NewMessage::text(body)
        };
        sqs.send("line.fifo", message).unwrap();
    }
    let first = sqs.receive("line.fifo", 1, Duration::ZERO).await.unwrap();
    let others = take(&sqs, "line.fifo").await;
    assert_eq!(
        (
            first[0].body.as_str(),
            others.len(),
            others[0].body.as_str()
        ),
        ("1", 1, "3")
    );
    sqs.delete("line.fifo", &first[0].handle).unwrap();
    assert_eq!(take(&sqs, "line.fifo").await[0].body, "2");
}

#[tokio::test]
async fn a_journal_brings_back_what_was_accepted() {
    let folder = std::env::temp_dir().join(format!("campanile-sqs-{}", std::process::id()));
    let clock = Clock::system();
    let open = || {
        let sqs = Sqs::new(clock.clone(), "eu-west-1", "0", Some(folder.clone()));
        sqs.create(QueueOptions::named("kept")).unwrap();
        sqs
    };
    let sqs = open();
    for body in ["a", "b", "c"] {
        sqs.send("kept", NewMessage::text(body)).unwrap();
    }
    let got = take(&sqs, "kept").await;
    sqs.delete("kept", &got[1].handle).unwrap();
    drop(sqs);
    let sqs = open();
    let back = take(&sqs, "kept").await;
    let bodies: Vec<_> = back
        .iter()
        .map(|m| (m.body.as_str(), m.receive_count))
        .collect();
    assert_eq!(bodies, [("a", 2), ("c", 2)]);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn a_duplicating_queue_delivers_twice_and_no_more() {
    let clock = Clock::system();
    let sqs = queues(&clock);
    sqs.set_faults(
        "work",
        QueueFaults {
            duplicate: 1.0,
            ..QueueFaults::default()
        },
    )
    .unwrap();
    sqs.send("work", NewMessage::text("x")).unwrap();
    let (one, two) = (take(&sqs, "work").await, take(&sqs, "work").await);
    assert_eq!((one.len(), two.len(), &one[0].id), (1, 1, &two[0].id));
    assert!(take(&sqs, "work").await.is_empty());
}
