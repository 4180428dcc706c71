//! F21, F22, F23: sockets that vanish, and events that come late or twice.

use local::gateway::{PostRefusal, SocketFaults};

use super::{posts, school};

#[tokio::test]
async fn a_vanished_socket_costs_one_post() {
    let (world, head, mia) = school().await;
    let ben = world.add(&head, "ben", &["student"]).await;
    let _vanishes = mia.live().await;
    world.sockets().set_faults(SocketFaults {
        no_disconnect: true,
        ..SocketFaults::default()
    });
    world.sockets().cut(None);
    assert!(world.sockets().wait_for(0).await);
    let mut stays = ben.live().await;
    world.later(6).await;
    world.meter().reset();
    for title in ["one", "two", "three"] {
        head.notify("role:student", title).await;
        world.settle().await;
        assert_eq!(stays.next().await["notification"]["title"], title);
    }
    assert_eq!(
        posts(&world),
        4,
        "three that arrive, one that is told `gone`"
    );
    assert_eq!(mia.feed().await.len(), 3, "nothing is lost");
}

#[tokio::test]
async fn the_sweeper_forgets_sockets_that_vanished() {
    let (world, head, mia) = school().await;
    let _vanishes = [mia.live().await, mia.live().await, mia.live().await];
    world.sockets().set_faults(SocketFaults {
        no_disconnect: true,
        ..SocketFaults::default()
    });
    world.sockets().cut(None);
    assert!(world.sockets().wait_for(0).await);
    let mut stays = mia.live().await;
    world.later(120).await;
    world.meter().reset();
    head.notify("all", "news").await;
    world.settle().await;
    assert_eq!(posts(&world), 1);
    assert_eq!(
        stays.next_of("notification.created").await["notification"]["title"],
        "news"
    );
}

#[tokio::test]
async fn a_late_disconnect_ends_no_newer_socket() {
    let (world, head, mia) = school().await;
    world.sockets().set_faults(SocketFaults {
        late_disconnect_ms: 20_000,
        ..SocketFaults::default()
    });
    mia.live().await.close().await;
    assert!(world.sockets().wait_for(0).await);
    let mut newer = mia.live().await;
    world.later(21).await;
    world.settle().await;
    world.meter().reset();
    head.notify("all", "still here").await;
    world.settle().await;
    assert_eq!(newer.next().await["notification"]["title"], "still here");
    assert_eq!(posts(&world), 1);
}

#[tokio::test]
async fn a_doubled_disconnect_does_no_harm() {
    let (world, head, mia) = school().await;
    world.sockets().set_faults(SocketFaults {
        double_disconnect: true,
        ..SocketFaults::default()
    });
    mia.live().await.close().await;
    assert!(world.sockets().wait_for(0).await);
    world.settle().await;
    world.meter().reset();
    let mut socket = mia.live().await;
    head.notify("all", "once").await;
    world.settle().await;
    assert_eq!(posts(&world), 1);
    assert_eq!(socket.next().await["notification"]["title"], "once");
}

#[tokio::test]
async fn a_closed_socket_is_posted_to_no_more() {
    let (world, head, mia) = school().await;
    mia.live().await.close().await;
    assert!(world.sockets().wait_for(0).await);
    world.settle().await;
    world.meter().reset();
    head.notify("all", "unheard").await;
    world.settle().await;
    assert_eq!(posts(&world), 0);
}

#[tokio::test]
async fn a_gateway_that_refuses_posts_loses_nothing() {
    let (world, head, mia) = school().await;
    let mut socket = mia.live().await;
    let cursor = mia.get("/v1/notifications").await.ok()["cursor"].clone();
    world.sockets().set_faults(SocketFaults {
        refuse_posts: Some(PostRefusal::Throttled),
        ..SocketFaults::default()
    });
    head.notify("all", "throttled").await;
    world.settle().await;
    world.sockets().set_faults(SocketFaults::default());
    socket
        .send(serde_json::json!({"action": "resume", "since": cursor}))
        .await;
    assert_eq!(
        socket.next_of("resumed").await["items"][0]["title"],
        "throttled"
    );
}
