//! A stack with one school in it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;

use domain::directory::{Standing, Tenant, User};
use domain::{Role, Timestamp};
use jiff::SignedDuration;
use local::aws::mailbox::{Filter, Item};
use local::issuer::Algorithm;
use local::stack::{Mappings, Settled, Stack, StackOptions};
use serde_json::{Value, json};

use crate::Actor;

/// How a world is to be.
#[derive(Debug, Default)]
pub struct Builder {
    options: StackOptions,
}

impl Builder {
    /// Keeps everything in a folder.
    pub fn data(mut self, folder: impl Into<std::path::PathBuf>) -> Self {
        self.options.data = Some(folder.into());
        self
    }

    /// Queues are worked on by themselves, not only when the world settles.
    pub fn running(mut self) -> Self {
        self.options.mappings = Mappings::Auto;
        self
    }

    /// With the people of the demonstration, who can sign in.
    pub fn demonstration(mut self) -> Self {
        self.options.demo = true;
        self
    }

    /// A function is not given a setting, as after a wrong deployment.
    pub fn without(mut self, function: &'static str, setting: &'static str) -> Self {
        self.options.unset.push((function, setting));
        self
    }

    pub async fn start(self) -> World {
        let stack = Stack::start(self.options).await.expect("the stack starts");
        World {
            stack: Some(stack),
            dead_letters_expected: Cell::new(false),
            failures: RefCell::default(),
        }
    }
}

/// A running system. Dropping it asserts that nothing was left in a dead-letter
/// queue, unless the story said that it expects some.
#[derive(Debug)]
pub struct World {
    /// Nothing only while it is deployed again.
    stack: Option<Stack>,
    dead_letters_expected: Cell<bool>,
    failures: RefCell<Vec<String>>,
}

impl std::ops::Deref for World {
    type Target = Stack;
    fn deref(&self) -> &Stack {
        self.stack.as_ref().expect("a running stack")
    }
}

impl World {
    pub fn builder() -> Builder {
        let options = StackOptions {
            mappings: Mappings::Manual,
            ..StackOptions::for_test()
        };
        Builder { options }
    }

    /// A system with the school `school` and its administrator `head` in it.
    pub async fn school() -> (World, Actor) {
        let world = Self::builder().start().await;
        let head = world.tenant("school").await;
        (world, head)
    }

    /// Adds a tenant with its administrator `head`, as the operator does.
    pub async fn tenant(&self, id: &str) -> Actor {
        let now = self.now();
        let tenant = tenant(id, now);
        let admin = person("head", &["admin", "staff"], id, now);
        local::demo::found(self.parts(), &tenant, &admin)
            .await
            .expect("the tenant is founded");
        self.actor(id, "head")
    }

    /// Somebody who is in the directory already.
    pub fn actor(&self, tenant: &str, user: &str) -> Actor {
        let token = self
            .token(
                &tenant.parse().expect("a tenant id"),
                &user.parse().expect("a user id"),
                &[],
            )
            .expect("a token");
        Actor::new(self.url(), self.socket_url(), Some(token), user)
    }

    /// The same with a credential that ends after so many seconds.
    pub fn actor_for(&self, tenant: &str, user: &str, seconds: i64) -> Actor {
        let (tenant, id) = (
            tenant.parse().expect("a tenant id"),
            user.parse().expect("a user id"),
        );
        let issued = self
            .issuer()
            .issue(&tenant, &id, &[], seconds, self.now(), Algorithm::ES256);
        Actor::new(
            self.url(),
            self.socket_url(),
            Some(issued.expect("a token")),
            user,
        )
    }

    /// Somebody without a credential.
    pub fn anonymous(&self) -> Actor {
        Actor::new(self.url(), self.socket_url(), None, "")
    }

    /// Somebody with a given credential.
    pub fn bearer(&self, token: impl Into<String>) -> Actor {
        Actor::new(self.url(), self.socket_url(), Some(token.into()), "")
    }

    /// Adds a person to the school with an address and a number made of the id.
    pub async fn add(&self, head: &Actor, id: &str, roles: &[&str]) -> Actor {
        let body = json!({
            "id": id,
            "name": format!("Name of {id}"),
            "email": format!("{id}@school.example"),
            "phone": crate::people::phone(id),
            "roles": roles,
        });
        self.add_as(head, body).await
    }

    /// Adds a person as given.
    pub async fn add_as(&self, head: &Actor, body: Value) -> Actor {
        let id = body["id"].as_str().expect("an id").to_owned();
        head.post("/v1/users", body).await.created();
        let me = head.get("/v1/users/me").await.ok();
        self.actor(me["tenant"]["id"].as_str().expect("a tenant"), &id)
    }

    /// Adds a class with people who are in the directory already.
    pub async fn class(&self, head: &Actor, id: &str, members: &[(&str, &str)]) {
        head.post(
            "/v1/groups",
            json!({"id": id, "kind": "class", "name": format!("Class {id}")}),
        )
        .await
        .created();
        for (user, role) in members {
            head.post(
                &format!("/v1/groups/{id}/members"),
                json!({"user": user, "role": role}),
            )
            .await
            .created();
        }
    }

    /// Works on the queues until nothing is left to do at this instant.
    pub async fn settle(&self) -> Settled {
        self.parts().settle().await
    }

    /// Works on the queues, moving the clock to whatever was put off for up to
    /// this many seconds.
    pub async fn settle_for(&self, seconds: i64) -> Settled {
        self.settle_within(SignedDuration::from_secs(seconds)).await
    }

    /// Deploys again with other values of these parameters; tables, queues and
    /// the mailbox are as they were.
    pub async fn deploy_again(&mut self, parameters: &[(&str, &str)]) {
        let parameters = parameters.iter();
        let parameters = parameters.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        if let Some(stack) = self.stack.take() {
            let again = stack.deploy_again(parameters.collect()).await;
            self.stack = Some(again.expect("the stack starts"));
        }
    }

    /// Moves the clock.
    pub async fn later(&self, seconds: i64) {
        self.advance(SignedDuration::from_secs(seconds)).await;
    }

    /// Calls DynamoDB past Campanile, on its table.
    pub async fn dynamo(&self, operation: &str, mut request: Value) -> Value {
        request["TableName"] = json!(self.plan().tables[0].name);
        let client = reqwest::Client::builder().no_proxy().build();
        let answer = client
            .expect("a client")
            .post(self.aws_url())
            .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
            .header("content-type", "application/x-amz-json-1.0")
            .body(request.to_string())
            .send()
            .await
            .expect("an answer");
        assert!(answer.status().is_success(), "{operation}: {answer:?}");
        answer.json().await.expect("a document")
    }

    /// E-mails that left for an address, oldest first.
    pub fn emails_to(&self, address: &str) -> Vec<Arc<Item>> {
        self.letters(address, true)
    }

    /// Texts that left for a number, oldest first.
    pub fn texts_to(&self, number: &str) -> Vec<Arc<Item>> {
        self.letters(number, false)
    }

    fn letters(&self, to: &str, email: bool) -> Vec<Arc<Item>> {
        let mut found = self.mailbox().list(&Filter::default());
        found.retain(|item| {
            item.email().is_some() == email && item.to.iter().any(|other| other == to)
        });
        found.sort_by_key(|item| item.at);
        found
    }

    /// The story expects records to be set aside.
    pub fn expects_dead_letters(&self) {
        self.dead_letters_expected.set(true);
    }

    /// Asserts now what is asserted when the world is dropped.
    pub fn assert_nothing_set_aside(&self) {
        let mut left: BTreeSet<String> = BTreeSet::new();
        for (queue, depth) in self.queue_depths() {
            let waiting = depth.visible + depth.in_flight + depth.delayed;
            if queue.to_lowercase().contains("deadletter") && waiting > 0 {
                left.insert(format!("{queue}: {waiting}"));
            }
        }
        assert!(left.is_empty(), "records were set aside: {left:?}");
        let failures = self.failures.borrow();
        assert!(failures.is_empty(), "{failures:?}");
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let running = self.stack.is_some() && !std::thread::panicking();
        if running && !self.dead_letters_expected.get() {
            self.assert_nothing_set_aside();
        }
    }
}

fn tenant(id: &str, now: Timestamp) -> Tenant {
    Tenant {
        id: id.parse().expect("a tenant id"),
        name: "Hill School".to_owned(),
        sender_name: "Hill School Office".to_owned(),
        reply_to: Some(domain::privacy::Email::parse("office@school.example").expect("an address")),
        address: "1 Hill Road".to_owned(),
        academic_year: "2026/27".to_owned(),
        locale: "en-GB".to_owned(),
        time_zone: "Europe/London".to_owned(),
        notification_days: 30,
        retention: Default::default(),
        texts: Default::default(),
        link_hosts: Default::default(),
        chat: Default::default(),
        preferences: Default::default(),
        approvers: Default::default(),
        status: Standing::Active,
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

fn person(id: &str, roles: &[&str], tenant: &str, now: Timestamp) -> User {
    User {
        id: id.parse().expect("a user id"),
        name: format!("Head of {tenant}"),
        email: domain::privacy::Email::parse(&format!("{id}@{tenant}.example")).ok(),
        phone: None,
        locale: "en-GB".to_owned(),
        time_zone: "Europe/London".to_owned(),
        roles: roles
            .iter()
            .map(|role| Role::parse(role).expect("a role"))
            .collect(),
        attributes: Default::default(),
        status: Standing::Active,
        guardians: Default::default(),
        children: Default::default(),
        created_at: now,
        updated_at: now,
        version: 1,
        shard: 0,
        session_epoch: 0,
        erased_at: None,
    }
}
