use std::collections::BTreeMap;

use super::*;
use crate::ids::{AuditId, TenantId};
use crate::secrets::Secrets;
use crate::time::plus_seconds;

const DAY: i64 = 86_400;

fn tenant() -> TenantId {
    "school".parse().unwrap()
}

fn secrets() -> Secrets {
    Secrets::read("a secret", None)
}

fn at(second: i64) -> Timestamp {
    plus_seconds(Timestamp::UNIX_EPOCH, 1_000_000 + second)
}

fn kept(second: i64, act: &str) -> KeptEntry {
    let made = at(second);
    KeptEntry {
        entry: AuditEntry {
            id: AuditId::new(made),
            act: act.to_owned(),
            actor: "head".parse().unwrap(),
            subject: "mia".to_owned(),
            detail: None,
            at: made,
        },
        ttl: made.as_second() + 10 * DAY,
    }
}

/// Three seals over six entries, and one entry that is not sealed.
struct Trail {
    entries: Vec<KeptEntry>,
    seals: Vec<Seal>,
}

fn trail() -> Trail {
    let mut entries: Vec<KeptEntry> = (0..6).map(|n| kept(n * 60, "user.created")).collect();
    let mut seals: Vec<Seal> = Vec::new();
    for (number, part) in entries.chunks(2).enumerate() {
        let now = at(120 * (number as i64 + 1));
        let ends = (plus_seconds(now, -60), now, 0);
        let made = seal(&tenant(), &secrets(), seals.last(), part, ends);
        seals.push(made);
    }
    entries.push(kept(400, "user.removed"));
    Trail { entries, seals }
}

fn verify_at(trail: &Trail, secrets: &Secrets, now: Timestamp, head: Option<Head>) -> Verdict {
    let stored = trail.entries.iter().cloned();
    let stored: BTreeMap<_, _> = stored
        .map(|kept| (kept.entry.id.to_string(), Some(kept)))
        .collect();
    let tenant = tenant();
    let mut verification = Verification::new(&tenant, secrets, stored, now).expecting(head);
    for seal in &trail.seals {
        verification.take(seal.clone());
    }
    verification.finish()
}

fn verify(trail: &Trail) -> Verdict {
    verify_at(trail, &secrets(), at(500), None)
}

#[test]
fn a_trail_that_nobody_touched_is_intact() {
    let trail = trail();
    let verdict = verify(&trail);
    assert_eq!(verdict.flaws, []);
    assert_eq!((verdict.intact, verdict.unsealed, verdict.seals), (6, 1, 3));
    assert_eq!(verdict.unsealed_since, Some(at(400)));
    let head = verdict.head.expect("a head");
    assert_eq!(head.to_string().parse(), Ok(head.clone()));
    assert_eq!(verify_at(&trail, &secrets(), at(500), Some(head)).flaws, []);
}

#[test]
fn every_change_of_an_entry_is_told_by_its_id() {
    let changes: [fn(&mut KeptEntry); 6] = [
        |kept| kept.entry.act = "user.removed".to_owned(),
        |kept| kept.entry.actor = "ben".parse().unwrap(),
        |kept| kept.entry.subject = "ben".to_owned(),
        |kept| kept.entry.detail = Some(String::new()),
        |kept| kept.entry.at = at(1),
        |kept| kept.ttl -= DAY,
    ];
    for change in changes {
        let mut trail = trail();
        let id = trail.entries[2].entry.id.to_string();
        change(&mut trail.entries[2]);
        assert_eq!(verify(&trail).flaws, [Flaw::Changed { id }]);
    }
}

#[test]
fn an_entry_that_is_gone_is_told_unless_its_time_is_over() {
    let mut trail = trail();
    let gone = trail.entries.remove(3);
    let id = gone.entry.id.to_string();
    assert_eq!(verify(&trail).flaws, [Flaw::Missing { id }]);
    let later = Timestamp::from_second(gone.ttl).unwrap();
    let verdict = verify_at(&trail, &secrets(), later, None);
    assert_eq!((verdict.flaws, verdict.expired), (Vec::new(), 1));
}

#[test]
fn an_entry_that_is_put_in_or_moved_is_told() {
    let mut trail = trail();
    let late = kept(30, "user.created");
    let id = late.entry.id.to_string();
    trail.entries.push(late);
    assert_eq!(verify(&trail).flaws, [Flaw::PutIn { id: id.clone() }]);
    let first = trail.entries.remove(0).entry.id.to_string();
    let moved = [Flaw::Missing { id: first }, Flaw::PutIn { id }];
    assert_eq!(verify(&trail).flaws, moved);
}

#[test]
fn a_seal_cannot_be_changed_taken_away_or_made_without_the_secret() {
    let mut changed = trail();
    changed.seals[1].sealed_to = at(1);
    let flaws = verify(&changed).flaws;
    assert_eq!(flaws, [Flaw::SealChanged { number: 2 }]);

    let mut gone = trail();
    gone.seals.remove(1);
    let flaws = verify(&gone).flaws;
    assert_eq!(flaws[0], Flaw::SealMissing { number: 2 });

    // The newest seal made anew over another entry, with a secret of one's own.
    let mut forged = trail();
    forged.entries[5].entry.actor = "ben".parse().unwrap();
    let own = Secrets::read("guessed", None);
    let old = forged.seals.pop().unwrap();
    let ends = (old.sealed_to, old.at, 0);
    let entries = &forged.entries[4..6];
    let mut made = seal(&tenant(), &own, forged.seals.last(), entries, ends);
    made.secret = old.secret;
    forged.seals.push(made);
    let (four, five) = (&forged.entries[4], &forged.entries[5]);
    let changed = [four, five].map(|kept| Flaw::Changed {
        id: kept.entry.id.to_string(),
    });
    let flaws = verify(&forged).flaws;
    assert_eq!(flaws[..2], changed);
    assert_eq!(flaws[2], Flaw::SealChanged { number: 3 });
}

#[test]
fn an_end_that_was_cut_off_is_told_by_a_head_that_was_kept() {
    let mut cut = trail();
    let head = verify(&cut).head;
    cut.seals.pop();
    cut.entries.truncate(4);
    assert_eq!(verify(&cut).flaws, []);
    let verdict = verify_at(&cut, &secrets(), at(500), head);
    assert_eq!(verdict.flaws, [Flaw::OtherHead { number: 3 }]);
}

#[test]
fn seals_of_an_earlier_secret_are_verified_as_long_as_it_is_known() {
    let mut trail = trail();
    let new = secrets().renewed("another".to_owned());
    let ends = (at(440), at(500), 0);
    let last = trail.seals.last();
    let made = seal(&tenant(), &new, last, &trail.entries[6..], ends);
    trail.seals.push(made);
    let verdict = verify_at(&trail, &new, at(500), None);
    assert_eq!((verdict.flaws, verdict.intact), (Vec::new(), 7));
    let forgotten = Secrets::read("another", None);
    let verdict = verify_at(&trail, &forgotten, at(500), None);
    assert_eq!((verdict.flaws.len(), verdict.intact), (3, 1));
    let unknown = |flaw: &Flaw| matches!(flaw, Flaw::SecretUnknown { .. });
    assert!(verdict.flaws.iter().all(unknown));
}

#[test]
fn a_chain_whose_beginning_has_expired_is_intact() {
    let mut trail = trail();
    for seal in &mut trail.seals {
        assert_eq!(seal.ttl, seal.entries.last().unwrap().ttl);
    }
    let first = trail.seals.remove(0);
    trail.entries.drain(..2);
    let later = Timestamp::from_second(first.ttl).unwrap();
    assert_eq!(verify_at(&trail, &secrets(), later, None).flaws, []);
    let flaws = verify(&trail).flaws;
    assert_eq!(flaws, [Flaw::SealMissing { number: 1 }]);
}
