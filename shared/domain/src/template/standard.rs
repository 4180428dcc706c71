//! The variables that every tenant has, and where each comes from.

use serde_json::{Value, json};

use super::catalogue::{Category, Field, Kind, Variable};

/// Where a standard variable's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The send gives it.
    Given,
    Id,
    Name,
    FirstName,
    LastName,
    Email,
    Phone,
    Locale,
    TimeZone,
    /// An attribute of the recipient.
    Attribute(&'static str),
    SchoolName,
    SchoolAddress,
    SchoolEmail,
    AcademicYear,
    Today,
    ThisYear,
    TimeNow,
}

pub(crate) struct Row {
    pub name: &'static str,
    pub category: Category,
    pub kind: Kind,
    pub origin: Origin,
    pub sample: &'static str,
    pub description: &'static str,
}

const fn row(
    category: Category,
    name: &'static str,
    kind: Kind,
    origin: Origin,
    sample: &'static str,
    description: &'static str,
) -> Row {
    Row {
        name,
        category,
        kind,
        origin,
        sample,
        description,
    }
}

use Category::{Assignment, General, Grade, Parent, School, Student, Teacher};
use Kind::{Date, Number, Text};
use Origin::{Attribute, Given};

/// All but the lists. One line each, to be read as a table.
#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    row(Student, "student_id", Text, Origin::Id, "10", "The student's id in the directory"),
    row(Student, "student_name", Text, Origin::Name, "Asha Verma", "The student's full name"),
    row(Student, "student_first_name", Text, Origin::FirstName, "Asha", "The student's first name"),
    row(Student, "student_last_name", Text, Origin::LastName, "Verma", "The student's last name"),
    row(Student, "student_email", Text, Origin::Email, "asha@example.org", "The student's e-mail address"),
    row(Student, "student_phone", Text, Origin::Phone, "+442079460001", "The student's telephone number"),
    row(Student, "student_roll", Text, Attribute("roll"), "17", "The student's roll number"),
    row(Student, "student_class", Text, Attribute("class"), "5B", "The student's class"),
    row(Student, "student_section", Text, Attribute("section"), "B", "The student's section"),
    row(Student, "student_house", Text, Attribute("house"), "Kestrel", "The student's house"),
    row(Student, "student_admission_number", Text, Attribute("admission_number"), "A-2041", "The student's admission number"),
    row(Student, "student_date_of_birth", Date, Attribute("date_of_birth"), "2014-05-03", "The student's date of birth"),
    row(Student, "student_attendance", Number, Attribute("attendance"), "96.5", "The student's attendance in percent"),
    row(Teacher, "teacher_id", Text, Origin::Id, "3", "The teacher's id in the directory"),
    row(Teacher, "teacher_name", Text, Origin::Name, "Miriam Okafor", "The teacher's full name"),
    row(Teacher, "teacher_first_name", Text, Origin::FirstName, "Miriam", "The teacher's first name"),
    row(Teacher, "teacher_email", Text, Origin::Email, "miriam@example.org", "The teacher's e-mail address"),
    row(Teacher, "teacher_phone", Text, Origin::Phone, "+442079460003", "The teacher's telephone number"),
    row(Teacher, "teacher_subject", Text, Attribute("subject"), "Mathematics", "The teacher's subject"),
    row(Teacher, "teacher_department", Text, Attribute("department"), "Science", "The teacher's department"),
    row(Teacher, "teacher_qualification", Text, Attribute("qualification"), "M.Ed.", "The teacher's qualification"),
    row(Parent, "parent_id", Text, Origin::Id, "20", "The parent's id in the directory"),
    row(Parent, "parent_name", Text, Origin::Name, "Rohan Verma", "The parent's full name"),
    row(Parent, "parent_first_name", Text, Origin::FirstName, "Rohan", "The parent's first name"),
    row(Parent, "parent_email", Text, Origin::Email, "rohan@example.org", "The parent's e-mail address"),
    row(Parent, "parent_phone", Text, Origin::Phone, "+442079460020", "The parent's telephone number"),
    row(Parent, "parent_relation", Text, Attribute("relation"), "father", "How the parent is related to the child"),
    row(Parent, "parent_occupation", Text, Attribute("occupation"), "engineer", "The parent's occupation"),
    row(Parent, "child_name", Text, Given, "Asha Verma", "The child a message to a parent is about"),
    row(School, "school_name", Text, Origin::SchoolName, "Northfield School", "The organisation's name"),
    row(School, "school_address", Text, Origin::SchoolAddress, "1 Field Lane, Leeds", "The organisation's address"),
    row(School, "school_email", Text, Origin::SchoolEmail, "office@example.org", "The address that answers go to"),
    row(School, "school_phone", Text, Given, "+442079460100", "The organisation's telephone number"),
    row(School, "school_website", Text, Given, "https://school.example.org", "The organisation's website"),
    row(School, "principal_name", Text, Given, "Dr. Ines Hall", "Who leads the organisation"),
    row(Assignment, "assignment_title", Text, Given, "Fractions, part 2", "The assignment's title"),
    row(Assignment, "assignment_description", Text, Given, "Exercises 4 to 9", "What the assignment asks"),
    row(Assignment, "assignment_subject", Text, Given, "Mathematics", "The assignment's subject"),
    row(Assignment, "assignment_class", Text, Given, "5B", "The class the assignment is for"),
    row(Assignment, "assignment_link", Text, Given, "https://school.example.org/a/4", "Where the assignment is found"),
    row(Assignment, "assignment_total_marks", Number, Given, "50", "The most marks the assignment gives"),
    row(Assignment, "assigned_date", Date, Given, "2026-09-01", "When the assignment was set"),
    row(Assignment, "due_date", Date, Given, "2026-09-08", "When the assignment is due"),
    row(Grade, "grade_subject", Text, Given, "Mathematics", "The subject that was graded"),
    row(Grade, "grade_exam", Text, Given, "Mid-term", "The exam or piece of work that was graded"),
    row(Grade, "grade_marks", Number, Given, "44", "The marks that were reached"),
    row(Grade, "grade_total_marks", Number, Given, "50", "The marks that could be reached"),
    row(Grade, "grade_percentage", Number, Given, "88", "The marks in percent"),
    row(Grade, "grade_letter", Text, Given, "A", "The grade as a letter"),
    row(Grade, "grade_rank", Number, Given, "3", "The place in the class"),
    row(Grade, "grade_remarks", Text, Given, "Very good work", "The teacher's remarks"),
    row(Grade, "grade_date", Date, Given, "2026-10-12", "When the grade was given"),
    row(General, "recipient_id", Text, Origin::Id, "10", "The recipient's id in the directory"),
    row(General, "recipient_name", Text, Origin::Name, "Asha Verma", "The recipient's full name, whatever the role"),
    row(General, "recipient_first_name", Text, Origin::FirstName, "Asha", "The recipient's first name"),
    row(General, "recipient_email", Text, Origin::Email, "asha@example.org", "The recipient's e-mail address"),
    row(General, "recipient_phone", Text, Origin::Phone, "+442079460001", "The recipient's telephone number"),
    row(General, "locale", Text, Origin::Locale, "en-GB", "The recipient's language and country"),
    row(General, "time_zone", Text, Origin::TimeZone, "Europe/London", "The recipient's time zone"),
    row(General, "current_date", Date, Origin::Today, "2026-09-01", "Today, where the recipient is"),
    row(General, "current_time", Text, Origin::TimeNow, "14:30", "The time, where the recipient is"),
    row(General, "current_year", Text, Origin::ThisYear, "2026", "This year, where the recipient is"),
    row(General, "academic_year", Text, Origin::AcademicYear, "2026–27", "The academic year"),
    row(General, "sender_name", Text, Given, "Miriam Okafor", "Who sends the message"),
    row(General, "subject", Text, Given, "Parents' evening", "What the message is about"),
    row(General, "title", Text, Given, "Parents' evening", "A title"),
    row(General, "message", Text, Given, "Please bring the report card.", "A text that the sender writes"),
    row(General, "link", Text, Given, "https://school.example.org/e/7", "Where more is found"),
    row(General, "reason", Text, Given, "snow", "Why"),
    row(General, "status", Text, Given, "approved", "How something stands"),
    row(General, "amount", Number, Given, "120", "An amount of money"),
    row(General, "currency", Text, Given, "GBP", "The currency of an amount"),
    row(General, "course_title", Text, Given, "Data Science", "A course's title"),
    row(General, "event_title", Text, Given, "Sports day", "An event's title"),
    row(General, "event_date", Date, Given, "2026-09-18", "When an event takes place"),
    row(General, "event_time", Text, Given, "09:00", "At what time an event begins"),
    row(General, "event_location", Text, Given, "Main hall", "Where an event takes place"),
    row(General, "exam_date", Date, Given, "2026-11-02", "When an exam takes place"),
    row(General, "fee_due_date", Date, Given, "2026-09-30", "By when a fee is to be paid"),
    row(General, "session_title", Text, Given, "Live: Getting started", "A live session's title"),
    row(General, "session_link", Text, Given, "https://live.example.org/s/9", "Where a live session is joined"),
    row(General, "session_start", Date, Given, "2026-09-18T16:00:00Z", "When a live session begins"),
];

/// The lists: name, category, most rows, fields, sample, description.
type List = (
    &'static str,
    Category,
    u32,
    &'static [(&'static str, Kind)],
    &'static str,
    &'static str,
);

const LISTS: &[List] = &[
    (
        "assignments",
        Assignment,
        100,
        &[
            ("title", Text),
            ("subject", Text),
            ("due_date", Date),
            ("link", Text),
        ],
        r#"[{"title":"Fractions, part 2","subject":"Mathematics","due_date":"2026-09-08","link":"https://school.example.org/a/4"},{"title":"Rivers","subject":"Geography","due_date":"2026-09-10","link":"https://school.example.org/a/5"}]"#,
        "Several assignments",
    ),
    (
        "grades",
        Grade,
        100,
        &[
            ("subject", Text),
            ("exam", Text),
            ("marks", Number),
            ("total_marks", Number),
            ("grade", Text),
            ("remarks", Text),
        ],
        r#"[{"subject":"Mathematics","exam":"Mid-term","marks":44,"total_marks":50,"grade":"A","remarks":"Very good"},{"subject":"English","exam":"Mid-term","marks":39,"total_marks":50,"grade":"B","remarks":"Good"}]"#,
        "The rows of a report card",
    ),
    (
        "students",
        Student,
        500,
        &[("name", Text), ("roll", Text), ("class", Text)],
        r#"[{"name":"Asha Verma","roll":"17","class":"5B"},{"name":"Tom Reed","roll":"18","class":"5B"}]"#,
        "Several students",
    ),
    (
        "children",
        Parent,
        20,
        &[("name", Text), ("class", Text)],
        r#"[{"name":"Asha Verma","class":"5B"},{"name":"Dev Verma","class":"2A"}]"#,
        "The children a message to a parent is about",
    ),
    (
        "items",
        General,
        200,
        &[
            ("title", Text),
            ("text", Text),
            ("date", Date),
            ("amount", Number),
            ("link", Text),
        ],
        r#"[{"title":"Sports day","text":"Bring water","date":"2026-09-18","amount":1,"link":"https://school.example.org/e/7"},{"title":"Concert","text":"Main hall","date":"2026-10-02","amount":2,"link":"https://school.example.org/e/8"}]"#,
        "Rows of anything",
    ),
];

/// The standard variables.
pub(crate) fn variables() -> Vec<Variable> {
    let plain = ROWS.iter().map(|row| Variable {
        name: row.name.to_owned(),
        category: row.category,
        description: row.description.to_owned(),
        kind: row.kind,
        max: None,
        fields: Vec::new(),
        default: None,
        sample: sample(row.kind, row.sample),
        automatic: row.origin != Given,
    });
    let lists = LISTS.iter().map(
        |(name, category, max, fields, sample, description)| Variable {
            name: (*name).to_owned(),
            category: *category,
            description: (*description).to_owned(),
            kind: Kind::List,
            max: Some(*max),
            fields: fields
                .iter()
                .map(|(name, kind)| Field {
                    name: (*name).to_owned(),
                    kind: *kind,
                })
                .collect(),
            default: None,
            sample: serde_json::from_str(sample).unwrap_or(Value::Null),
            automatic: false,
        },
    );
    plain.chain(lists).collect()
}

fn sample(kind: Kind, text: &str) -> Value {
    match kind {
        Kind::Number => serde_json::from_str(text).unwrap_or(Value::Null),
        _ => json!(text),
    }
}
