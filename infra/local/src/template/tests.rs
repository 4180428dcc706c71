use std::time::Duration;

use super::*;

fn place() -> Place {
    [
        ("Secret", "a-secret-for-tests-only-and-long-enough"),
        ("JwksUrl", "http://localhost:4700/.well-known/jwks.json"),
        ("JwtIssuer", "http://localhost:4700"),
        ("JwtAudience", "campanile"),
        ("EmailFrom", "news@example.org"),
        ("WebOrigins", "http://localhost:4700,https://example.org"),
    ]
    .into_iter()
    .fold(
        Place::at("http://127.0.0.1:4700", "http://127.0.0.1:4701"),
        |place, (name, value)| place.with(name, value),
    )
}

fn refused(change: impl Fn(&str) -> String) -> String {
    read(&change(EMBEDDED), &place()).unwrap_err().to_string()
}

#[test]
fn the_template_says_what_is_wired() {
    let plan = read(EMBEDDED, &place()).unwrap();

    let sends = &plan.functions["Sends"];
    assert_eq!(sends.folder, "functions/rest/sends");
    assert_eq!(sends.binary(), "sends");
    assert_eq!(sends.timeout, Duration::from_secs(30));
    assert_eq!(sends.environment["TABLE_NAME"], "Table");
    assert_eq!(
        sends.environment["QUEUE_PLAN_SEND"],
        "http://127.0.0.1:4701/000000000000/PlanSendQueue"
    );
    assert_eq!(
        plan.functions["Message"].environment["SOCKET_ENDPOINT"],
        "http://127.0.0.1:4701/live"
    );

    let origins = "http://localhost:4700,https://example.org";
    assert_eq!(
        plan.functions["Authorize"].environment["WEB_ORIGIN"],
        origins
    );
    assert_eq!(plan.http.cors.as_ref().unwrap().origins.join(","), origins);
    assert_eq!(
        plan.functions["Realtime"].environment["SOCKET_URL"],
        "ws://127.0.0.1:4700/live"
    );

    let authorized = |path: &str| {
        let mut routes = plan.http.routes.iter();
        routes.find(|route| route.path == path).unwrap().authorized
    };
    assert!(!authorized("/v1/health"));
    assert!(authorized("/v1/users/me"));
    let authorizer = plan.http.authorizer.unwrap();
    assert_eq!(
        (authorizer.headers, authorizer.ttl),
        (vec!["authorization".to_owned()], Duration::from_secs(60))
    );

    let socket = plan.socket.unwrap();
    assert_eq!(socket.selection, ["type"]);
    assert_eq!(socket.routes["$default"].function, "Message");

    let queue = plan
        .queues
        .iter()
        .find(|queue| queue.name == "DeliverEmailQueue")
        .unwrap();
    assert_eq!(queue.visibility, Duration::from_secs(180));
    assert_eq!(
        queue.redrive.as_ref().unwrap().queue,
        "DeliverEmailDeadLetters"
    );
    let mapping = plan
        .mappings
        .iter()
        .find(|mapping| mapping.function == "DeliverEmail")
        .unwrap();
    assert_eq!((mapping.batch_size, mapping.report_failures), (10, true));

    assert_eq!(plan.schedules[0].expression, "rate(1 minute)");
    assert_eq!(plan.tables[0].ttl.as_deref(), Some("ttl"));
    assert_eq!(plan.feedback[0].queue, "RecordFeedbackQueue");
}

#[test]
fn every_queue_gives_its_consumer_six_timeouts() {
    let plan = read(EMBEDDED, &place()).unwrap();
    for mapping in &plan.mappings {
        let queue = plan
            .queues
            .iter()
            .find(|queue| queue.name == mapping.queue)
            .unwrap();
        assert!(
            queue.visibility >= plan.functions[&mapping.function].timeout * 6,
            "{}",
            queue.name
        );
        assert!(
            queue.redrive.is_some(),
            "{} has no dead-letter queue",
            queue.name
        );
        assert!(mapping.report_failures, "{}", mapping.function);
    }
}

#[test]
fn what_is_not_understood_names_its_place() {
    let unknown_type = refused(|text| text.replace("AWS::SNS::Subscription", "AWS::Foo::Bar"));
    assert_eq!(
        unknown_type,
        "EmailEventsToQueue: the type AWS::Foo::Bar is not understood."
    );

    let property = refused(|text| text.replacen("VisibilityTimeout", "VisiblityTimeout", 1));
    assert_eq!(
        property,
        "ApplyEventQueue: the property VisiblityTimeout is not understood."
    );

    let intrinsic =
        refused(|text| text.replacen("!Ref PlanSendQueue", "!ImportValue PlanSendQueue", 1));
    assert_eq!(intrinsic, "Announcements: !ImportValue is not understood.");

    let dangling = refused(|text| text.replacen("!Ref PlanSendQueue", "!Ref PlanSentQueue", 1));
    assert_eq!(
        dangling,
        "Announcements: refers to PlanSentQueue, which the template does not declare."
    );
}

#[test]
fn a_route_leads_to_one_function() {
    let twice =
        refused(|text| text.replace("Path: /v1/announcements/mine", "Path: /v1/announcements"));
    assert!(
        twice.contains("GET /v1/announcements already leads to Announcements."),
        "{twice}"
    );
}

#[test]
fn parameters_are_needed_and_checked() {
    let missing = read(
        EMBEDDED,
        &Place::at("http://localhost:1", "http://localhost:2"),
    )
    .unwrap_err();
    assert!(
        missing.message.contains("neither a value nor a default"),
        "{missing}"
    );
    let wrong = read(EMBEDDED, &place().with("Stage", "production")).unwrap_err();
    assert_eq!(wrong.place, "Stage");
}

#[test]
fn what_a_parameter_must_be_is_said_in_a_sentence() {
    for (name, wrong) in [
        ("Secret", &["", "too short"][..]),
        ("JwksUrl", &["", "login.example.org", "https://"]),
        ("JwtIssuer", &["", "example", "https:// example.org"]),
        ("JwtAudience", &["", "two words"]),
        (
            "EmailFrom",
            &[
                "",
                "office",
                "Office <office@example.org>",
                "a@b@example.org",
            ],
        ),
        ("AlarmEmail", &["nobody"]),
    ] {
        for value in wrong {
            let refused = read(EMBEDDED, &place().with(name, *value)).unwrap_err();
            assert_eq!(refused.place, name);
            let sentence = refused.message;
            let begins = format!("{name} must ");
            assert!(
                sentence.starts_with(&begins) && sentence.ends_with('.'),
                "{sentence}"
            );
        }
    }
    for (name, right) in [
        ("JwksUrl", "https://login.example.org/tenant/v2.0/keys?v=1"),
        ("JwtIssuer", "https://login.example.org/"),
        ("JwtAudience", "api://campanile"),
        ("EmailFrom", "no-reply+x@news.example.org"),
        ("AlarmEmail", ""),
    ] {
        read(EMBEDDED, &place().with(name, right)).unwrap();
    }
}
