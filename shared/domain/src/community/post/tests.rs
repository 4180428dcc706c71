//! What can become of a post.

use super::*;
use crate::caller::{Credential, Role};
use crate::community::{Community, MemberRole, Settings};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn user(id: &str) -> UserId {
    id.parse().unwrap()
}

fn caller(id: &str) -> Caller {
    Caller {
        tenant: "academy".parse().unwrap(),
        user: user(id),
        roles: [Role::parse("student").unwrap()].into(),
        credential: Credential::Token,
        expires_at: 0,
    }
}

fn access(role: MemberRole, settings: Settings) -> Access {
    let group = "7".parse().unwrap();
    let community = Community::new(&caller("ada"), group, "Rust", "", settings, at(0));
    Access {
        community: community.unwrap(),
        role,
        member: None,
    }
}

fn open(role: MemberRole) -> Access {
    access(role, Settings::default())
}

fn approving(role: MemberRole) -> Access {
    let settings = Settings {
        require_post_approval: true,
        ..Settings::default()
    };
    access(role, settings)
}

const WORDS: Words<'static> = Words {
    title: "Lifetimes",
    body: "Why?",
};

fn draft(access: &Access, parent: Option<&Post>) -> Result<Post, Problem> {
    Post::new(
        PostId::new(at(1)),
        access,
        &user("mia"),
        parent,
        WORDS,
        at(1),
    )
}

fn code<T: std::fmt::Debug>(result: Result<T, Problem>) -> Code {
    result.unwrap_err().code
}

#[test]
fn a_post_waits_only_where_posts_are_approved_and_never_for_moderators() {
    let released = |access: &Access| draft(access, None).unwrap().released(access, at(2)).status;
    assert_eq!(released(&open(MemberRole::Member)), PostStatus::Published);
    assert_eq!(
        released(&approving(MemberRole::Member)),
        PostStatus::Pending
    );
    assert_eq!(
        released(&approving(MemberRole::Moderator)),
        PostStatus::Published
    );
}

#[test]
fn a_rejected_post_is_edited_and_handed_in_again() {
    let access = approving(MemberRole::Member);
    let pending = draft(&access, None).unwrap().released(&access, at(2));
    let back = pending.reject(&user("bob"), "Say more.", at(3)).unwrap();
    assert_eq!(back.status, PostStatus::Draft);
    assert_eq!(back.rejection.as_ref().unwrap().notes, "Say more.");
    assert_eq!(code(back.approve(at(4))), Code::Conflict);
    let edited = back.edit(&access, None, Some("Why so?"), at(4)).unwrap();
    assert_eq!((edited.status, edited.edited_at), (PostStatus::Draft, None));
    let again = edited.submit(&access, at(5)).unwrap();
    assert_eq!(again.status, PostStatus::Pending);
    assert_eq!(code(again.submit(&access, at(5))), Code::Conflict);
    let out = again.approve(at(6)).unwrap();
    assert_eq!(out.published_at, Some(at(6)));
    assert_eq!(out.rejection, None);
    assert_eq!(out.version, 5);
}

#[test]
fn new_words_of_an_approved_post_wait_again() {
    let access = approving(MemberRole::Member);
    let pending = draft(&access, None).unwrap().released(&access, at(2));
    let out = pending.approve(at(3)).unwrap();
    let edited = out
        .edit(&access, None, Some("Something else"), at(9))
        .unwrap();
    assert_eq!(edited.status, PostStatus::Pending);
    assert_eq!(edited.edited_at, Some(at(9)));
    // It keeps its place when it comes back.
    assert_eq!(edited.approve(at(10)).unwrap().published_at, Some(at(3)));
}

#[test]
fn replies_end_at_the_fifth_level_and_where_there_are_none() {
    let access = open(MemberRole::Member);
    let mut parent = draft(&access, None).unwrap().released(&access, at(1));
    for depth in 1..=MAX_DEPTH {
        parent = draft(&access, Some(&parent))
            .unwrap()
            .released(&access, at(1));
        assert_eq!(parent.ancestors.len(), depth);
    }
    assert_eq!(code(draft(&access, Some(&parent))), Code::Invalid);
    let unpublished = draft(&access, None).unwrap();
    assert_eq!(code(draft(&access, Some(&unpublished))), Code::Invalid);
    let settings = Settings {
        allow_replies: false,
        ..Settings::default()
    };
    let closed = super::tests::access(MemberRole::Member, settings);
    let post = draft(&closed, None).unwrap().released(&closed, at(1));
    assert_eq!(code(draft(&closed, Some(&post))), Code::NotAllowed);
}

#[test]
fn what_waits_is_seen_by_its_author_and_moderators_and_a_draft_by_its_author() {
    let member = approving(MemberRole::Member);
    let moderator = approving(MemberRole::Moderator);
    let sees = |post: &Post, access: &Access, who: &str| {
        post.require_visible(access, &caller(who)).is_ok()
    };
    let draft = draft(&member, None).unwrap();
    assert!(sees(&draft, &member, "mia"));
    assert!(!sees(&draft, &moderator, "bob"));
    let pending = draft.released(&member, at(2));
    assert!(sees(&pending, &member, "mia"));
    assert!(sees(&pending, &moderator, "bob"));
    assert!(!sees(&pending, &member, "leo"));
    assert!(sees(&pending.approve(at(3)).unwrap(), &member, "leo"));
}

#[test]
fn a_tombstone_says_nothing_and_takes_nothing() {
    let access = open(MemberRole::Member);
    let post = draft(&access, None).unwrap().released(&access, at(1));
    let pinned = post.pin(true, at(2)).unwrap().unwrap();
    assert_eq!(pinned.pin(true, at(3)), Ok(None));
    let gone = pinned.tombstone(at(4));
    assert_eq!((gone.title.as_str(), gone.body.as_str()), ("", ""));
    assert_eq!(gone.pinned_at, None);
    assert_eq!(code(gone.require_author(&caller("mia"))), Code::Conflict);
    assert_eq!(code(gone.pin(true, at(5))), Code::Conflict);
    assert_eq!(code(draft(&access, Some(&gone))), Code::Conflict);
}

#[test]
fn titles_and_bodies_carry_no_overrides() {
    let access = open(MemberRole::Member);
    let with = |title: &str, body: &str| {
        let words = Words { title, body };
        Post::new(
            PostId::new(at(1)),
            &access,
            &user("mia"),
            None,
            words,
            at(1),
        )
    };
    assert!(with("Zoë", "<b>stays as it is</b>\njavascript:alert(1)").is_ok());
    for (title, body) in [
        ("", "x"),
        ("a\u{202E}b", "x"),
        ("a\nb", "x"),
        ("a", " "),
        ("a", "b\u{2066}"),
        ("a", "b\u{0}"),
    ] {
        assert_eq!(code(with(title, body)), Code::Invalid, "{title:?} {body:?}");
    }
    assert_eq!(code(with("a", &"x".repeat(MAX_BODY + 1))), Code::Invalid);
}
