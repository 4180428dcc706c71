//! W7: what clients may say, and how they are told that they may not.

use serde_json::{Value, json};

use super::school;

#[tokio::test]
async fn a_ping_is_answered_with_its_id_and_the_time() {
    let (world, _head, mia) = school().await;
    let mut socket = mia.live().await;
    socket.send(json!({"action": "ping", "id": "p-1"})).await;
    let pong = socket.next().await;
    assert_eq!(
        (&pong["type"], &pong["id"]),
        (&json!("pong"), &json!("p-1"))
    );
    let at: domain::Timestamp = pong["at"]
        .as_str()
        .expect("a time")
        .parse()
        .expect("RFC 3339");
    assert!(world.now().duration_since(at).as_secs().abs() < 60);
    socket.send(json!({"action": "ping"})).await;
    assert!(socket.next().await.get("id").is_none());
}

#[tokio::test]
async fn every_bad_frame_is_answered_with_a_problem() {
    let (world, _head, mia) = school().await;
    let mut socket = mia.live().await;
    let (deep, abyss) = ("[".repeat(20), "[".repeat(8_000));
    let nested = format!(
        "{{\"action\":\"ping\",\"x\":{}1{}}}",
        "[".repeat(16),
        "]".repeat(16)
    );
    let objects = "{\"a\":".repeat(1_600);
    let large = format!("{{\"action\":\"ping\",\"id\":\"{}\"}}", "x".repeat(9_000));
    for (frame, code, field) in [
        ("{", "bad_json", ""),
        ("", "bad_json", ""),
        ("\u{1}", "bad_json", ""),
        ("\u{feff}{}", "bad_json", ""),
        ("{\"action\":\"ping\"} x", "bad_json", ""),
        ("{\"action\":\"ping\",\"id\":\"\\ud800\"}", "bad_json", ""),
        (&deep, "bad_json", ""),
        (&abyss, "bad_json", ""),
        (&nested, "bad_json", ""),
        (&objects, "bad_json", ""),
        (&large, "too_large", ""),
        ("[]", "invalid", "action"),
        ("7", "invalid", "action"),
        ("{\"type\":\"ping\"}", "invalid", "action"),
        ("{\"action\":7}", "invalid", "action"),
        ("{\"action\":\"fly\"}", "unknown_action", "action"),
        ("{\"action\":\"ping\",\"v\":2}", "unknown_version", ""),
        (
            "{\"action\":\"room.sync\",\"room\":\"../x\"}",
            "invalid",
            "",
        ),
        ("{\"action\":\"resume\"}", "invalid", ""),
        (
            "{\"action\":\"resume\",\"since\":\"x\"}",
            "bad_cursor",
            "since",
        ),
        ("{\"action\":\"ping\",\"colour\":\"red\"}", "invalid", ""),
    ] {
        world.later(2).await;
        socket.text(frame).await;
        let answer = socket.next().await;
        let shown: String = frame.chars().take(60).collect();
        assert_eq!(answer["type"], "error", "{shown}");
        let problem = &answer["problem"];
        assert_eq!(problem["code"], code, "{shown}: {problem}");
        assert!(
            problem["status"]
                .as_u64()
                .is_some_and(|status| (400..500).contains(&status)),
            "{shown}"
        );
        for part in ["type", "title"] {
            assert!(problem[part].is_string(), "{shown} has no {part}");
        }
        if !field.is_empty() {
            assert_eq!(problem["errors"][0]["field"], field, "{shown}: {problem}");
        }
    }
    world.later(2).await;
    socket.send(json!({"action": "ping", "id": "still"})).await;
    assert_eq!(socket.next().await["id"], "still");
}

#[tokio::test]
async fn a_bad_frame_with_an_id_is_answered_under_it() {
    let (_world, _head, mia) = school().await;
    let mut socket = mia.live().await;
    for frame in [
        json!({"action": "fly", "id": "q"}),
        json!({"action": "resume", "id": "q", "since": "nonsense"}),
        json!({"action": "ping", "id": "q", "more": 1}),
    ] {
        socket.send(frame).await;
        let answer = socket.next().await;
        assert_eq!(
            (&answer["type"], &answer["id"]),
            (&json!("error"), &json!("q")),
            "{answer}"
        );
    }
    socket
        .send(json!({"action": "ping", "id": "x".repeat(65)}))
        .await;
    let answer = socket.next().await;
    assert_eq!(
        (&answer["problem"]["errors"][0]["field"], &answer["id"]),
        (&json!("id"), &Value::Null)
    );
}

#[tokio::test]
async fn binary_and_oversized_messages_end_the_socket() {
    let (world, _head, mia) = school().await;
    let mut binary = mia.live().await;
    let mut frame = mia.live().await;
    let mut message = mia.live().await;
    binary.binary(b"{\"action\":\"ping\"}".to_vec()).await;
    frame
        .text(&format!("{{\"id\":\"{}\"}}", "x".repeat(33 * 1024)))
        .await;
    message.try_text(&"x".repeat(129 * 1024)).await;
    for socket in [&mut binary, &mut frame, &mut message] {
        assert!(socket.until_closed().await.is_empty());
    }
    assert!(world.sockets().wait_for(0).await);
    let mut again = mia.live().await;
    again.send(json!({"action": "ping"})).await;
    assert_eq!(again.next().await["type"], "pong");
}

#[tokio::test]
async fn frames_of_one_socket_are_answered_in_their_order() {
    let (_world, _head, mia) = school().await;
    let mut socket = mia.live().await;
    for n in 0..15 {
        socket
            .send(json!({"action": "ping", "id": n.to_string()}))
            .await;
    }
    for n in 0..15 {
        assert_eq!(socket.next().await["id"], n.to_string());
    }
}
