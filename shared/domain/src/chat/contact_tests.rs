use super::*;

fn id(text: &str) -> UserId {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn block() -> Block {
    Block {
        since: now(),
        seen: None,
    }
}

fn invitation(text: &str) -> InvitationId {
    InvitationId::of(text)
}

fn room() -> RoomId {
    RoomId::of("1")
}

fn strangers() -> Contact {
    Contact::strangers(&id("mia"), &id("ben"))
}

/// Mia has invited Ben.
fn pending() -> Contact {
    Contact {
        bond: Bond::Pending {
            invitation: invitation("1"),
            from: id("mia"),
            made_at: now(),
            until: plus_seconds(now(), 60),
            hidden: false,
        },
        ..strangers()
    }
}

fn accepted() -> Contact {
    let mut contact = pending();
    contact.accepted(&invitation("1"), &room());
    contact
}

fn code<T: std::fmt::Debug>(result: Result<T, Problem>) -> Code {
    result.unwrap_err().code
}

#[test]
fn a_pair_is_the_same_from_both_sides() {
    assert_eq!(Pair::of(&id("a"), &id("b")), Pair::of(&id("b"), &id("a")));
    assert_eq!(strangers().pair.other(&id("mia")), &id("ben"));
    assert_eq!(strangers().pair.other(&id("ben")), &id("mia"));
}

#[test]
fn only_people_in_contact_write() {
    let mut contact = accepted();
    assert_eq!(contact.reach(&id("mia")), Ok(Reach::Other));
    assert_eq!(code(strangers().reach(&id("mia"))), Code::NotAllowed);
    assert_eq!(code(pending().reach(&id("ben"))), Code::NotAllowed);
    contact.block(&id("ben"), block());
    assert_eq!(contact.reach(&id("mia")), Ok(Reach::Nobody));
    assert_eq!(code(contact.reach(&id("ben"))), Code::Blocked);
    contact.unblock(&id("ben"));
    assert_eq!(code(contact.reach(&id("mia"))), Code::NotAllowed);
    assert_eq!(code(contact.reach(&id("ben"))), Code::NotAllowed);
    assert_eq!(contact.room(), Some(&room()), "the history stays");
}

#[test]
fn there_is_one_open_invitation_for_two_people() {
    let mia = |id: &str| pending().invite(&"mia".parse().unwrap(), &invitation(id), now());
    assert_eq!(mia("1"), Ok(Invited::Same));
    assert_eq!(code(mia("2")), Code::Conflict);
    let crossing = pending().invite(&id("ben"), &invitation("2"), now());
    let other = Invited::Crossing {
        invitation: invitation("1"),
        hidden: false,
    };
    assert_eq!(crossing, Ok(other));
    let later = plus_seconds(now(), 60);
    let expired = pending().invite(&id("ben"), &invitation("2"), later);
    assert_eq!(expired, Ok(Invited::New { hidden: false }));
    let again = accepted().invite(&id("mia"), &invitation("2"), now());
    assert_eq!(code(again), Code::Conflict);
}

#[test]
fn an_invitation_is_accepted_once_and_by_then() {
    let accept = |contact: &Contact, at| contact.accept(&id("ben"), &invitation("1"), at);
    assert_eq!(accept(&pending(), now()), Ok(Accepting::Now));
    let late = plus_seconds(now(), 60);
    assert_eq!(code(accept(&pending(), late)), Code::Gone);
    assert_eq!(accept(&accepted(), late), Ok(Accepting::Already(room())));
    assert_eq!(code(accept(&strangers(), now())), Code::Gone);
    let other = pending().accept(&id("ben"), &invitation("2"), now());
    assert_eq!(code(other), Code::Gone);
}

#[test]
fn who_was_rejected_waits_and_who_rejected_does_not() {
    let mut contact = pending();
    contact.rejected(&id("mia"), 7, now());
    let six_days = plus_seconds(now(), 6 * 86_400);
    let refused = contact.invite(&id("mia"), &invitation("2"), six_days);
    assert_eq!(refused.unwrap_err().retry_after, Some(86_400));
    assert!(contact.invite(&id("ben"), &invitation("2"), now()).is_ok());
    let week = plus_seconds(now(), 7 * 86_400);
    assert!(contact.invite(&id("mia"), &invitation("2"), week).is_ok());
    let mut contact = pending();
    contact.withdrawn(&id("mia"), now());
    let refused = contact.invite(&id("mia"), &invitation("2"), now());
    assert_eq!(code(refused), Code::RateLimited);
}

#[test]
fn a_block_looks_to_the_other_like_an_answer_that_never_comes() {
    let mut contact = pending();
    contact.block(&id("ben"), block());
    assert_eq!(
        code(contact.invite(&id("mia"), &invitation("2"), now())),
        code(pending().invite(&id("mia"), &invitation("2"), now())),
    );
    assert!(
        contact.awaits(&invitation("1"), now()),
        "Mia sees it pending"
    );
    assert_eq!(
        code(contact.accept(&id("ben"), &invitation("1"), now())),
        Code::Blocked
    );
    contact.unblock(&id("ben"));
    assert_eq!(
        code(contact.accept(&id("ben"), &invitation("1"), now())),
        Code::Gone,
        "what was hidden stays hidden"
    );
    let mut contact = pending();
    contact.block(&id("mia"), block());
    assert_eq!(contact.bond, Bond::Strangers, "one's own is taken back");
    assert_eq!(
        code(contact.accept(&id("ben"), &invitation("1"), now())),
        Code::Gone
    );
    let hidden = contact.invite(&id("ben"), &invitation("2"), now());
    assert_eq!(hidden, Ok(Invited::New { hidden: true }));
    let own = contact.invite(&id("mia"), &invitation("2"), now());
    assert_eq!(code(own), Code::Blocked);
}
