use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::directory::User;
use crate::tasks::ImportStage;

const HEADER: &str = "id,name,email,phone,roles,groups,guardian_of,locale,time_zone,attr.roll";

fn columns() -> Columns {
    Columns::parse(HEADER.split(',')).unwrap()
}

fn row(text: &str) -> Result<ImportRow, BadRow> {
    read_piece(&columns(), text, 2, 0).remove(0)
}

fn codes(text: &str) -> Vec<(String, String)> {
    let errors = row(text).unwrap_err().errors;
    errors
        .into_iter()
        .map(|error| (error.field, error.code))
        .collect()
}

fn defaults() -> Defaults {
    Defaults {
        locale: "en".to_owned(),
        time_zone: "UTC".to_owned(),
    }
}

#[test]
fn a_whole_row_is_read() {
    let read = row("10,Ada Byron,Ada@School.test,+44 20 7946 0958,student,class:5;course:7:instructor,11;12,en-GB,Europe/London,R-1").unwrap();
    assert_eq!(read.line, 2);
    assert_eq!(read.email.unwrap().unwrap().reveal(), "ada@school.test");
    let places: Vec<String> = read
        .groups
        .iter()
        .map(|place| format!("{}:{}:{}", place.kind, place.id, place.role))
        .collect();
    assert_eq!(places, ["class:5:student", "course:7:instructor"]);
    assert_eq!(read.guardian_of.len(), 2);
    assert_eq!(read.attributes["roll"], "R-1");
}

#[test]
fn every_fault_of_a_row_is_told() {
    let wrong = codes("a b,,nobody,12,Teacher,club:5,x y,english,Mars/Olympus,a\u{202E}b");
    let expected = [
        ("id", "bad_id"),
        ("name", "required"),
        ("email", "invalid"),
        ("phone", "invalid"),
        ("roles", "unknown_role"),
        ("groups", "unknown_kind"),
        ("guardian_of", "bad_id"),
        ("locale", "unknown_locale"),
        ("time_zone", "unknown_time_zone"),
        ("attr.roll", "forbidden_character"),
    ];
    let expected = expected.map(|(field, code)| (field.to_owned(), code.to_owned()));
    assert_eq!(wrong, expected);
    assert_eq!(codes("1,Ada")[0].1, "wrong_field_count");
    assert_eq!(codes("1,Ada,,,,,1,,,")[0].0, "guardian_of");
}

#[test]
fn headers_are_checked() {
    let code = |header: &str| {
        let errors = Columns::parse(header.split(',')).unwrap_err();
        errors
            .into_iter()
            .map(|error| error.code)
            .collect::<Vec<_>>()
    };
    assert_eq!(code("id,name,shoe_size"), ["unknown_column"]);
    assert_eq!(code("id,name,ID"), ["duplicate_column"]);
    assert_eq!(code("name"), ["required"]);
    assert_eq!(code("id,name,attr."), ["unknown_column"]);
    assert!(Columns::parse("ID, Name ,attr.shoeSize".split(',')).is_ok());
}

#[test]
fn quoted_line_breaks_stay_in_their_row() {
    let text = "id,name\r\n1,\"Ada\"\r\n\r\n2,\"a\nb\"\r\n3,Cy\r\n";
    let cut = cut(text, true).unwrap();
    assert_eq!(cut.header.as_deref().unwrap(), ["id", "name"]);
    assert_eq!(cut.pieces.len(), 1);
    let columns = Columns::parse("id,name".split(',')).unwrap();
    let rows = read_piece(
        &columns,
        cut.pieces[0].text,
        cut.pieces[0].facts.first_line,
        0,
    );
    let lines: Vec<u64> = rows
        .iter()
        .map(|row| row.as_ref().map_or_else(|bad| bad.line, |row| row.line))
        .collect();
    assert_eq!(lines, [2, 4, 6]);
    assert_eq!(
        rows[1].as_ref().unwrap_err().errors[0].code,
        "forbidden_character"
    );
}

#[test]
fn an_unclosed_quotation_is_refused() {
    let text = format!("id,name\n1,\"Ada\n{}", "2,Bob\n".repeat(20_000));
    assert_eq!(cut(&text, true).unwrap_err().code, "too_long");
}

#[test]
fn parts_may_repeat_the_header() {
    let part = |number: u32, text: &str| {
        let cut = cut(text, number == 1).unwrap();
        Part {
            part: number,
            upload: "u".to_owned(),
            columns: cut
                .header
                .map(|header| Columns::parse(header.iter().map(String::as_str)).unwrap()),
            first: cut.first,
            pieces: cut.pieces.iter().map(|piece| piece.facts).collect(),
            lines: cut.lines,
        }
    };
    let parts = vec![
        part(3, "4,Dee\n"),
        part(1, "id,name\n1,Ada\n2,Bob"),
        part(2, "ID,name\n3,Cy\n"),
    ];
    let plan = Plan::of(parts).unwrap();
    assert_eq!((plan.chunks(), plan.rows()), (3, 4));
    let lines: Vec<(u64, usize)> = (0..3)
        .map(|chunk| plan.place(chunk).unwrap())
        .map(|place| (place.first_line, place.skip))
        .collect();
    assert_eq!(lines, [(2, 0), (4, 1), (6, 0)]);
    assert_eq!(
        (plan.chunk_of(2), plan.chunk_of(5), plan.chunk_of(6)),
        (0, 1, 2)
    );
    assert!(Plan::of(vec![part(2, "1,Ada")]).is_none());
}

#[test]
fn a_row_changes_only_what_it_names() {
    let now: crate::Timestamp = "2026-01-05T08:00:00Z".parse().unwrap();
    let columns = Columns::parse("id,name,email,roles,attr.roll".split(',')).unwrap();
    let read = |text: &str| read_piece(&columns, text, 2, 0).remove(0).unwrap();
    let made = merge(&read("1,Ada,a@b.test,teacher,7"), None, &defaults(), now).unwrap();
    assert_eq!((made.version, made.locale.as_str()), (1, "en"));
    assert_eq!(
        merge(
            &read("1,Ada,a@b.test,teacher,7"),
            Some(&made),
            &defaults(),
            now
        ),
        None
    );
    assert_eq!(
        merge(&read("1,Ada,a@b.test,,7"), Some(&made), &defaults(), now),
        None
    );
    let later: crate::Timestamp = "2026-01-06T08:00:00Z".parse().unwrap();
    let changed: User = merge(&read("1,Ada,,student,"), Some(&made), &defaults(), later).unwrap();
    assert_eq!(
        (
            changed.version,
            changed.email.is_none(),
            changed.attributes.len()
        ),
        (2, true, 0)
    );
    assert_eq!(changed.session_epoch, later.as_second());
}

#[test]
fn a_repeated_report_counts_once_and_late_faults_move() {
    let report = |rows, invalid, created| ChunkReport {
        rows,
        invalid,
        created,
        ..ChunkReport::default()
    };
    let reports = [
        (ImportStage::Check, report(10, 1, 0)),
        (ImportStage::Link, report(10, 2, 0)),
        (ImportStage::Apply, report(7, 0, 7)),
        (ImportStage::Relate, report(7, 1, 1)),
    ];
    let sum = Progress::of(reports.iter());
    assert_eq!(
        (sum.checked, sum.invalid, sum.applied, sum.created),
        (10, 4, 7, 6)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn cutting_loses_no_record(rows in proptest::collection::vec("[a-z\" ,\n]{0,12}", 0..1200)) {
        let mut text = String::from("id,name\n");
        for (number, name) in rows.iter().enumerate() {
            text.push_str(&format!("{number},\"{}\"\n", name.replace('"', "\"\"")));
        }
        let cut = cut(&text, true).unwrap();
        prop_assert_eq!(cut.pieces.iter().map(|piece| piece.facts.rows as usize).sum::<usize>(), rows.len());
        let columns = Columns::parse("id,name".split(',')).unwrap();
        let mut ids = BTreeSet::new();
        for piece in &cut.pieces {
            prop_assert!(piece.facts.rows as usize <= CHUNK_ROWS);
            let read = read_piece(&columns, piece.text, piece.facts.first_line, 0);
            prop_assert_eq!(read.len(), piece.facts.rows as usize);
            for row in read {
                ids.insert(match row { Ok(row) => row.id, Err(bad) => bad.id.unwrap() });
            }
        }
        prop_assert_eq!(ids.len(), rows.len());
    }

    #[test]
    fn no_text_makes_reading_panic(text in "\\PC{0,400}|[a-z0-9\",;:\n\r]{0,400}") {
        if let Ok(cut) = cut(&text, false) {
            for piece in &cut.pieces {
                let _ = read_piece(&columns(), piece.text, piece.facts.first_line, 0);
            }
        }
        let _ = cut(&text, true);
    }
}
