//! Every key of the table for sample ids. A change here is a migration.

mod talk;

use domain::caller::Credential;
use domain::{Caller, Channel, Timestamp};
use store::Keys;
use store::keys;

/// Every file of keys.
const SOURCES: &[&str] = &[
    include_str!("../../src/keys.rs"),
    include_str!("../../src/keys/addresses.rs"),
    include_str!("../../src/keys/approvals.rs"),
    include_str!("../../src/keys/communities.rs"),
    include_str!("../../src/keys/automations.rs"),
    include_str!("../../src/keys/chat.rs"),
    include_str!("../../src/keys/contacts.rs"),
    include_str!("../../src/keys/imports.rs"),
    include_str!("../../src/keys/messages.rs"),
    include_str!("../../src/keys/preferences.rs"),
    include_str!("../../src/keys/reminders.rs"),
    include_str!("../../src/keys/privacy.rs"),
];

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

/// Collects lines `name  pk  sk`.
#[derive(Default)]
struct Golden(Vec<(&'static str, String)>);

impl Golden {
    fn item(&mut self, name: &'static str, keys: &Keys) {
        self.0
            .push((name, format!("{:<22} {} | {}", name, keys.pk, keys.sk)));
    }

    fn partition(&mut self, name: &'static str, pk: &str) {
        self.0.push((name, format!("{name:<22} {pk}")));
    }
}

fn people(golden: &mut Golden) {
    let (t, u, g) = (id("school"), id("10"), id("5"));
    golden.item("tenant", &keys::tenant(&t));
    golden.item("people_counter", &keys::people_counter(&t));
    golden.item("tenant_entry", &keys::tenant_entry(&t));
    golden.item("user", &keys::user(&t, &u));
    golden.partition("user_list", &keys::user_list(&t));
    golden.item("membership", &keys::membership(&t, &u, &g));
    golden.item(
        "email_entry",
        &keys::email_entry(&t, "mia@school.example", &u),
    );
    golden.partition(
        "email_entries",
        &keys::email_entries(&t, "mia@school.example"),
    );
    golden.item("phone_entry", &keys::phone_entry(&t, "+447700900123", &u));
    golden.partition("phone_entries", &keys::phone_entries(&t, "+447700900123"));
    golden.item("recent_texts", &keys::recent_texts(&t, "+447700900123"));
    golden.item("group", &keys::group(&t, &g));
    golden.partition("groups", &keys::groups(&t));
    golden.item("resting", &keys::resting(&t, &g, &u));
    golden.partition("resting_members", &keys::resting_members(&t, &g));
    golden.partition("audience_all", &keys::audience_all(&t, 0));
    golden.partition("audience_role", &keys::audience_role(&t, "teacher", 3));
    golden.partition("audience_group", &keys::audience_group(&t, &g, 12));
}

fn sends(golden: &mut Golden, at: Timestamp) {
    let (t, u) = (id("school"), id("10"));
    let send = id("snd_01KJG0Q1C0V4B8N2M6K0J3H7G9");
    golden.item("send", &keys::send(&t, &send));
    golden.partition("sends", &keys::sends(&t));
    golden.partition("running_sends", &keys::running_sends(&t));
    golden.item(
        "ledger",
        &keys::ledger(&t, &send, "9D3F6H1J4L7P0S2U5W8Y1A4C6E"),
    );
    golden.item(
        "address_owner",
        &keys::address_owner(&t, &send, Channel::Email, "mia@school.example"),
    );
    golden.item("due", &keys::due(at, &t, &send));
    golden.item("findings", &keys::findings());
    golden.item("begun", &keys::begun("0b1c-message"));
    golden.item(
        "outbox",
        &keys::outbox(2, &id("obx_01KJG0Q1C0V4B8N2M6K0J3H7G9")),
    );
    golden.partition("outbox_shard", &keys::outbox_shard(2));
    golden.partition("feed", &keys::feed(&t, &u));
    let notification = id("ntf_01KJG0Q5Z0QH3W8A1V6T2M9XKD");
    golden.item("notification", &keys::notification(&t, &u, &notification));
    golden.item("feed_state", &keys::feed_state(&t, &u));
    let connection = domain::ids::ConnectionId("Zl3kHeUDliACIpQ=".to_owned());
    golden.item("connection", &keys::connection(&t, &u, &connection));
    golden.partition("connections", &keys::connections(&t));
    golden.item("connection_owner", &keys::connection_owner(&connection));
}

fn log(golden: &mut Golden) {
    let t = id("school");
    let delivery = id("dlv_01KJG0Q1C0V4B8N2M6K0J3H7G94Q7ZK2M9X1B5V8N3");
    golden.partition("log_day", &keys::log_day(&t, "2026-03-01", 1));
    golden.item("log", &keys::log(&t, &delivery));
    golden.partition(
        "log_recipient",
        &keys::log_recipient(&t, "mia@school.example"),
    );
    golden.item(
        "statistics",
        &keys::statistics(&t, "2026-03-01", Channel::Email, 4),
    );
    golden.partition(
        "statistics_month",
        &keys::statistics_month(&t, "2026-03-01"),
    );
    golden.item(
        "suppression",
        &keys::suppression(&t, Channel::Email, "mark"),
    );
    golden.item("feed_choice", &keys::feed_choice(&t, &id("10")));
    golden.partition("feed_exceptions", &keys::feed_exceptions(&t));
    golden.item("preferences", &keys::preferences(&t, &id("10")));
    golden.item(
        "feed_skip",
        &keys::feed_skip(&t, &id("snd_01KJG0Q1C0V4B8N2M6K0J3H7G9"), &id("10")),
    );
    let reminder = id("rmd_q8k2");
    golden.item("reminder", &keys::reminder(&t, &reminder));
    golden.partition("reminders", &keys::reminders(&t));
    let at = id("2026-03-01T12:00:00Z");
    golden.partition(
        "reminder_place",
        &keys::reminder_place(at, Some((&t, &reminder))),
    );
}

fn privacy(golden: &mut Golden) {
    let (t, u) = (id("school"), id("10"));
    let operation = id("pvc_01KJG0N8Q0T3R6W9Y2Z5X8C1V4");
    golden.item("operation", &keys::operation(&t, &operation));
    golden.partition("operations", &keys::operations(&t));
    golden.partition("operations_about", &keys::operations_about(&t, &u));
    golden.item(
        "export_record",
        &keys::export_record(&t, &operation, "profile", "10"),
    );
    golden.partition("export_records", &keys::export_records(&t, &operation));
    golden.item("erasing", &keys::erasing(&t, &u));
    golden.item("erased_of_late", &keys::erased_of_late(&t, &u));
    golden.item("suppression_key", &keys::suppression_key(&t));
}

fn content(golden: &mut Golden, at: Timestamp) {
    let t = id("school");
    let announcement = id("ann_01KJG0PZZ0Y1M3E5R7T9W0C2D4");
    golden.item("announcement", &keys::announcement(&t, &announcement));
    golden.partition("published", &keys::published(&t));
    golden.partition(
        "published_place",
        &keys::published_place(at, Some(&announcement)),
    );
    golden.item(
        "announcement_read",
        &keys::announcement_read(&t, &announcement, &id("10")),
    );
    let template = id("tpl_01KJG0M2B0E5H8K1N4Q7S0V3X6");
    golden.item("template", &keys::template(&t, &template));
    golden.partition("template_list", &keys::template_list(&t, Channel::Email));
    golden.item(
        "template_version",
        &keys::template_version(&t, &template, 2),
    );
    golden.item("variable", &keys::variable(&t, "house"));
}

fn automations(golden: &mut Golden) {
    let t = id("school");
    let (rule, event) = (id("grade.posted"), id("erp:grade-4711"));
    golden.item("automation", &keys::automation(&t, &rule));
    golden.partition("automations", &keys::automations(&t));
    golden.item("event", &keys::event(&t, &event, false));
    golden.partition("event_facts", &keys::event_facts(&t, &event, true));
    golden.item("event_rule", &keys::event_rule(&t, &event, false, &rule));
}

fn imports(golden: &mut Golden) {
    let t = id("school");
    let import = id("imp_01KJG0N8Q0T3R6W9Y2Z5X8C1V4");
    golden.item("import", &keys::import(&t, &import));
    golden.partition("imports", &keys::imports(&t));
    golden.partition("import_facts", &keys::import_facts(&t, &import));
    golden.item("import_part", &keys::import_part(&t, &import, 1));
    golden.item("import_plan", &keys::import_plan(&t, &import));
    golden.item(
        "import_report",
        &keys::import_report(&t, &import, "check", 3),
    );
    golden.item(
        "import_piece",
        &keys::import_piece(&t, &import, 1, "01KJG0N9", 4),
    );
    golden.item("import_id", &keys::import_id(&t, &import, "USER", "10"));
    golden.item("import_row", &keys::import_row(&t, &import, 1234));
    golden.item("import_outcomes", &keys::import_outcomes(&t, &import, 3));
}

fn trails(golden: &mut Golden, at: Timestamp) {
    let (t, u): (_, domain::ids::UserId) = (id("school"), id("10"));
    golden.item(
        "audit",
        &keys::audit(&t, &id("aud_01KJG0Q1C0V4B8N2M6K0J3H7G9")),
    );
    golden.partition("audit_month", &keys::audit_month(&t, at));
    golden.partition("audit_seals", &keys::audit_seals(&t));
    golden.item("audit_seal", &keys::audit_seal(&t, 7));
    let caller = Caller {
        tenant: t.clone(),
        user: u.clone(),
        roles: Default::default(),
        credential: Credential::Token,
        expires_at: 0,
    };
    golden.item("idempotency", &keys::idempotency(&caller, "my-key"));
    golden.item("window", &keys::window(&t, "connect:10", 29_539_440));
    golden.item("ticket", &keys::ticket("HASH"));
    golden.item("api_key", &keys::api_key("HASH"));
    golden.item("api_key_entry", &keys::api_key_entry(&t, "HASH"));
}

fn golden() -> Golden {
    let at: Timestamp = id("2026-03-01T12:00:00Z");
    let mut golden = Golden::default();
    people(&mut golden);
    sends(&mut golden, at);
    log(&mut golden);
    content(&mut golden, at);
    talk::communities(&mut golden, at);
    automations(&mut golden);
    imports(&mut golden);
    talk::contacts(&mut golden);
    talk::chat(&mut golden);
    talk::messages(&mut golden);
    talk::approvals(&mut golden);
    privacy(&mut golden);
    trails(&mut golden, at);
    golden
}

#[test]
fn keys_are_these() {
    let lines: Vec<String> = golden().0.into_iter().map(|(_, line)| line).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn every_key_is_in_the_list() {
    let named: Vec<&str> = golden().0.into_iter().map(|(name, _)| name).collect();
    let functions = SOURCES
        .iter()
        .flat_map(|source| source.lines())
        .filter_map(|line| line.strip_prefix("pub fn "));
    for function in functions {
        let name = function.split('(').next().unwrap_or_default();
        // Reads a key instead of making one.
        if name != "published_id" {
            assert!(named.contains(&name), "keys::{name} is not listed");
        }
    }
}
