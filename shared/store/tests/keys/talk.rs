//! Keys of what people do with each other.

use domain::Timestamp;
use domain::approval::{ApprovalStatus, ApprovalType};
use domain::community::{Post, PostStatus};
use store::keys;

use super::{Golden, id};

pub(super) fn communities(golden: &mut Golden, at: Timestamp) {
    let (t, u, community) = (id("academy"), id("10"), id("com_7"));
    golden.item("community", &keys::community(&t, &community));
    golden.partition("communities", &keys::communities(&t));
    golden.item("community_counts", &keys::community_counts(&t, &community));
    golden.item(
        "community_member",
        &keys::community_member(&t, &community, &u),
    );
    golden.item(
        "community_moderator",
        &keys::community_moderator(&t, &community, &u),
    );
    golden.item(
        "community_removed",
        &keys::community_removed(&t, &community, &u),
    );
    golden.partition(
        "community_members",
        &keys::community_members(&t, &community),
    );
    let mut post = Post {
        id: id("pst_01KJG0PZZ0Y1M3E5R7T9W0C2D4"),
        community: community.clone(),
        author: id("10"),
        title: "Lifetimes".to_owned(),
        body: "Why?".to_owned(),
        status: PostStatus::Published,
        deleted: false,
        ancestors: Vec::new(),
        created_at: at,
        edited_at: None,
        submitted_at: None,
        published_at: Some(at),
        pinned_at: None,
        rejection: None,
        version: 1,
    };
    golden.partition("post_places", &keys::post_places(&t, &community));
    golden.item("post_place", &keys::post_place(&t, &post));
    post.pinned_at = Some(at);
    golden.item("post_place", &keys::post_place(&t, &post));
    post.status = PostStatus::Pending;
    golden.item("post_place", &keys::post_place(&t, &post));
    post.status = PostStatus::Draft;
    golden.item("post_place", &keys::post_place(&t, &post));
    golden.partition("post_drafts", &keys::post_drafts(&u));
    post.status = PostStatus::Published;
    post.ancestors = vec![id("pst_01KJG0PZZ0A1A1A1A1A1A1A1A1")];
    golden.item("post_place", &keys::post_place(&t, &post));
    golden.partition("post_thread", &keys::post_thread(&post));
    golden.item("post", &keys::post(&t, &post.id));
    golden.partition("post_partition", &keys::post_partition(&t, &post.id));
    golden.item("post_counts", &keys::post_counts(&t, &post.id));
    golden.item("post_view", &keys::post_view(&t, &post.id, &u));
    golden.item("post_reaction", &keys::post_reaction(&t, &post.id, &u));
}

pub(super) fn contacts(golden: &mut Golden) {
    let (t, mia, ben) = (id("school"), id("mia"), id("ben"));
    let invitation = id("inv_01KJG0Q1C0V4B8N2M6K0J3H7G9");
    let pair = domain::chat::contact::Pair::of(&mia, &ben);
    golden.item("contact", &keys::contact(&t, &pair));
    golden.item("invitation", &keys::invitation(&t, &invitation));
    let made = keys::invitation_made(&t, &mia, &invitation);
    golden.item("invitation_made", &made);
    golden.partition("invitations_made", &keys::invitations_made(&t, &mia));
    let got = keys::invitation_got(&t, &ben, &invitation);
    golden.item("invitation_got", &got);
    golden.partition("invitations_got", &keys::invitations_got(&t, &ben));
    let open = keys::invitation_open(&t, &ben, &invitation);
    golden.item("invitation_open", &open);
    golden.partition("invitations_open", &keys::invitations_open(&t, &ben));
    golden.item("invitations_count", &keys::invitations_count(&t, &ben));
    golden.item("block", &keys::block(&t, &mia, &ben));
    golden.partition("blocks", &keys::blocks(&t, &mia));
}

pub(super) fn chat(golden: &mut Golden) {
    let (t, mia): (_, domain::ids::UserId) = (id("school"), id("mia"));
    let room = id("rom_0q3v8c2e5m7k1n9t4b6d0f2h8j");
    golden.item("room", &keys::room(&t, &room));
    golden.item("room_entry", &keys::room_entry(&t, &room, 42));
    golden.partition("room_entries", &keys::room_entries(&t, &room));
    golden.partition("entry_place", &keys::entry_place(42));
    let named = keys::client_message(&t, &room, &mia, "8d1f0a52-1");
    golden.item("client_message", &named);
    golden.item("participant", &keys::participant(&t, &mia, &room));
    golden.partition("participants", &keys::participants(&t, &mia));
    golden.item("room_read", &keys::room_read(&t, &room, &mia));
    golden.partition("room_sockets", &keys::room_sockets(&t, &room));
    golden.partition("watchers", &keys::watchers(&t, &mia));
    let socket = domain::ids::ConnectionId("Zl3kHeUDliACIpQ=".to_owned());
    golden.partition("socket_place", &keys::socket_place(&mia, &socket));
    golden.item("last_seen", &keys::last_seen(&t, &mia));
}

pub(super) fn messages(golden: &mut Golden) {
    let (t, u) = (id("school"), id("10"));
    let message = id("msg_01KJG0R3D0J8V2A6N5K1H4G7F9");
    let thread = id("thr_01KJG0R3D0J8V2A6N5K1H4G7F9");
    golden.item("message_text", &keys::message_text(&t, &message));
    golden.item("message_receipt", &keys::message_receipt(&t, &message, &u));
    golden.partition("message_facts", &keys::message_facts(&t, &message));
    golden.item("inbox_entry", &keys::inbox_entry(&t, &u, &message));
    golden.partition("inbox", &keys::inbox(&t, &u));
    golden.partition("inbox_unread", &keys::inbox_unread(&t, &u));
    golden.item("sent_entry", &keys::sent_entry(&t, &u, &message));
    golden.partition("sent", &keys::sent(&t, &u));
    golden.item("thread_entry", &keys::thread_entry(&t, &thread, &message));
    golden.partition("message_thread", &keys::message_thread(&t, &thread));
}

pub(super) fn approvals(golden: &mut Golden) {
    let (t, approval) = (id("school"), id("apr_01KJG0Q1C0V4B8N2M6K0J3H7G9"));
    golden.item("approval", &keys::approval(&t, &approval));
    golden.partition("approvals", &keys::approvals(&t));
    let pending = ApprovalStatus::Pending;
    golden.item(
        "approval_place",
        &keys::approval_place(&t, pending, &approval),
    );
    golden.partition("approval_places", &keys::approval_places(&t, pending));
    golden.item(
        "own_approval",
        &keys::own_approval(&t, &id("10"), &approval),
    );
    golden.partition("own_approvals", &keys::own_approvals(&t, &id("10")));
    let kind = ApprovalType::TierUpgrade;
    golden.item("approvals_waiting", &keys::approvals_waiting(&t, kind, 4));
    golden.partition("approval_counts", &keys::approval_counts(&t));
    golden.item(
        "approvals_decided",
        &keys::approvals_decided(&t, "2026-03-01", kind, 4),
    );
    golden.partition("approvals_month", &keys::approvals_month(&t, "2026-03-01"));
    let email: domain::privacy::Email = match domain::privacy::Email::parse("mia@school.example") {
        Ok(email) => email,
        Err(error) => panic!("{error}"),
    };
    golden.item("account_claim", &keys::account_claim(&t, &email));
    golden.item(
        "publication",
        &keys::publication(&t, &id("approval.approved:01KJG0Q1C0V4B8N2M6K0J3H7G9")),
    );
}
