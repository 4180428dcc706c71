//! PRF-3: the links in e-mails that end a subscription, by RFC 8058.

use it::{Actor, World};
use reqwest::Method;
use serde_json::json;

use super::{PREFERENCES, announce, choose, effective, reached, school};

const FORM: &str = "application/x-www-form-urlencoded";
const ONE_CLICK: &str = "List-Unsubscribe=One-Click";

/// Path of the link in the last e-mail to an address, if it has one.
fn link(world: &World, address: &str) -> Option<String> {
    let letters = world.emails_to(address);
    let headers = &letters
        .last()
        .expect("an e-mail")
        .email()
        .expect("an e-mail")
        .headers;
    let of = |wanted: &str| {
        let found = headers.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.clone())
    };
    let post = of("List-Unsubscribe-Post");
    let link = of("List-Unsubscribe")?;
    assert_eq!(post.as_deref(), Some(ONE_CLICK));
    let url = link
        .strip_prefix('<')
        .and_then(|link| link.strip_suffix('>'));
    let path = url.expect("one link").strip_prefix(&world.url());
    Some(path.expect("it leads to the API").to_owned())
}

async fn click(nobody: &Actor, path: &str) -> it::Answer {
    nobody.raw(Method::POST, path, FORM, ONE_CLICK).await
}

#[tokio::test]
async fn one_click_ends_the_category_at_once_without_a_login() {
    let (world, head) = school().await;
    announce(&world, &head, "general").await;
    let path = link(&world, "mia@school.example").expect("a link");
    let nobody = world.anonymous().with("cookie", "session=somebody-else");
    // A scanner that follows links changes nothing.
    let page = nobody.get(&path).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains("Announcements") && page.text.contains("Hill School"),
        "{}",
        page.text
    );
    assert!(
        page.header("content-security-policy")
            .contains("default-src 'none'")
    );
    let mine = world.actor("school", "mia").get(PREFERENCES).await.ok();
    assert_eq!(mine["version"], 0);
    for _ in 0..2 {
        let done = click(&nobody, &path).await;
        assert_eq!(done.status, 200, "{}", done.text);
        assert_eq!(done.header("set-cookie"), "");
    }
    announce(&world, &head, "general").await;
    assert_eq!(
        reached(&world, "mia").await,
        [1, 2, 2],
        "texts and the feed go on"
    );
    assert_eq!(reached(&world, "pat").await, [2, 2, 2]);
    let mine = world.actor("school", "mia").get(PREFERENCES).await.ok();
    let email = effective(&mine, "announcements", "email");
    assert_eq!(
        email,
        &json!({"allowed": false, "locked": false, "by": "category_choice"})
    );
    assert_eq!(effective(&mine, "grades", "email")["allowed"], true);
    // The person can have it back.
    choose(
        &world,
        "mia",
        json!({"categories": {"announcements": {"email": true}}}),
    )
    .await;
    announce(&world, &head, "general").await;
    assert_eq!(reached(&world, "mia").await[0], 2);
}

#[tokio::test]
async fn what_cannot_be_ended_offers_no_link() {
    let (world, head) = school().await;
    announce(&world, &head, "urgent").await;
    assert_eq!(link(&world, "mia@school.example"), None);
    let rules = json!({"preferences": {"locks": [{"channel": "email", "allowed": true}]}});
    head.patch("/v1/settings", rules).await.ok();
    announce(&world, &head, "general").await;
    assert_eq!(link(&world, "mia@school.example"), None);
}

#[tokio::test]
async fn a_bare_address_can_end_it_too_and_what_is_urgent_still_goes_there() {
    let (world, head) = school().await;
    let template = crate::sends::email_template(&head, "News", "News").await;
    let path = format!("/v1/templates/{template}/send");
    let body = json!({"recipients": ["guest@elsewhere.example"]});
    head.post(&path, body.clone()).await.accepted();
    world.settle().await;
    let link = link(&world, "guest@elsewhere.example").expect("a link");
    assert!(!link.contains("guest"), "a link tells nobody's address");
    assert_eq!(click(&world.anonymous(), &link).await.status, 200);
    let send = head.post(&path, body.clone()).await.accepted();
    world.settle().await;
    assert_eq!(world.emails_to("guest@elsewhere.example").len(), 1);
    let deliveries = format!(
        "/v1/sends/{}/deliveries",
        send["id"].as_str().expect("an id")
    );
    let rows = head.all(&deliveries).await;
    assert_eq!(
        (&rows[0]["status"], &rows[0]["reason"]),
        (&json!("skipped"), &json!("opted_out"))
    );
    let mut urgent = body;
    urgent["priority"] = json!("urgent");
    head.post(&path, urgent).await.accepted();
    world.settle().await;
    assert_eq!(world.emails_to("guest@elsewhere.example").len(), 2);
}

#[tokio::test]
async fn a_link_that_is_guessed_changed_or_of_somebody_who_is_gone_is_not_found() {
    let (world, head) = school().await;
    announce(&world, &head, "general").await;
    let path = link(&world, "mia@school.example").expect("a link");
    let other = link(&world, "pat@school.example").expect("a link");
    let (said, _) = path.split_once('.').expect("a signature");
    let (_, signed) = other.split_once('.').expect("a signature");
    let nobody = world.anonymous();
    for bad in [
        format!("{said}.{signed}"),
        format!("{path}x"),
        "/v1/unsubscribe/guessed".to_owned(),
        format!("/v1/unsubscribe/{}", "x".repeat(3_000)),
    ] {
        assert_eq!(nobody.get(&bad).await.status, 404, "{bad}");
        assert_eq!(click(&nobody, &bad).await.status, 404, "{bad}");
    }
    head.delete("/v1/users/mia").await.gone();
    assert_eq!(click(&nobody, &path).await.status, 404);
    let pat = world.actor("school", "pat").get(PREFERENCES).await.ok();
    assert_eq!(pat["version"], 0);
}

#[tokio::test]
async fn a_link_in_an_old_email_is_good_after_the_secret_was_changed() {
    const OLD: &str = "the-secret-of-last-year-which-was-long";
    let (mut world, head) = school().await;
    world.deploy_again(&[("Secret", OLD)]).await;
    announce(&world, &head, "general").await;
    let path = link(&world, "mia@school.example").expect("a link");
    let new = "the-secret-of-this-year-which-is-longer";
    let rotated = [("Secret", new), ("PreviousSecrets", OLD)];
    world.deploy_again(&rotated).await;
    assert_eq!(click(&world.anonymous(), &path).await.status, 200);
    let mine = world.actor("school", "mia").get(PREFERENCES).await.ok();
    assert_eq!(effective(&mine, "announcements", "email")["allowed"], false);
    world.deploy_again(&[("PreviousSecrets", "")]).await;
    assert_eq!(click(&world.anonymous(), &path).await.status, 404);
}
