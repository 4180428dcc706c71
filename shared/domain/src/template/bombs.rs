//! Templates that would hurt the process that renders them, all refused at
//! save, and quickly.

use std::time::{Duration, Instant};

use super::{Catalogue, TemplateParts, VariableInput, check};
use crate::channel::Channel;

fn lists() -> Vec<VariableInput> {
    ["rows", "cells"]
        .iter()
        .map(|name| {
            serde_json::from_value(serde_json::json!({"name": name, "kind": "list", "max": 1000}))
                .unwrap()
        })
        .collect()
}

fn bombs() -> Vec<String> {
    let mut bombs: Vec<String> = [
        "{% for a in range(end=1000000) %}x{% endfor %}",
        "{% for a in range(end=9999) %}{% for b in range(end=9999) %}x{% endfor %}{% endfor %}",
        "{{ range(end=100000000) }}",
        "{{ get_env(name=\"SECRET\") }}",
        "{{ now() }}",
        "{{ get_random(start=0, end=9) }}",
        "{{ throw(message=\"x\") }}",
        "{{ __tera_context }}",
        "{{ __tera_loop_index }}",
        "{{ title ~ title }}",
        "{% set a = title ~ title %}{% set a = a ~ a %}{{ a }}",
        "{% set_global a = title %}",
        "{% set a %}{{ title }}{% endset %}",
        "{{ title | replace(from=\"a\", to=\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\") }}",
        "{{ title | indent(width=1000) }}",
        "{{ title | split(pat=\"\") }}",
        "{{ title | join(sep=\"xxxxxxxx\") }}",
        "{{ title | safe }}",
        "{{ title | escape }}",
        "{{ title | reverse }}",
        "{{ title | unknown }}",
        "{{ [1, 2, 3] }}",
        "{{ [...rows, ...rows] }}",
        "{{ {\"a\": 1} }}",
        "{{ {...title} }}",
        "{{ [x for x in rows] }}",
        "{{ [[a for a in rows] for b in rows] }}",
        "{% for a in [1, 2, 3] %}x{% endfor %}",
        "{% for k, v in rows %}x{% endfor %}",
        "{% for a in rows | slice(start=1) %}x{% endfor %}",
        "{{ rows[0] }}",
        "{{ rows.0 }}",
        "{{ rows[::1] }}",
        "{{ title?.a }}",
        "{{ 1 + 1 }}",
        "{{ 9999999 ** 9999999 }}",
        "{{ 2 * 3 }}",
        "{{ 4 // 2 }}",
        "{{ grade_marks % 7 }}",
        "{{ -grade_marks }}",
        "{{ title if title else message }}",
        "{{ (title) }}",
        "{% if (title) %}x{% endif %}",
        "{% if title is string %}x{% endif %}",
        "{% if \"a\" in title %}x{% endif %}",
        "{% include \"other.html\" %}",
        "{% extends \"base.html\" %}",
        "{% block a %}x{% endblock %}",
        "{% raw %}{{ x }}{% endraw %}",
        "{% filter upper %}x{% endfilter %}",
        "{% component a() %}{{ <a/> }}{% endcomponent a %}",
        "{{ <a/> }}",
        "{% macro a() %}x{% endmacro %}",
        "{% import \"x\" as y %}",
        "{% for a in rows %}{% break %}{% endfor %}",
        "{% for a in rows %}{% continue %}{% endfor %}",
        "{# a comment #}",
        "{{ super() }}",
        "{{ title | truncate(length=99999999) }}",
        "{{ title | default(value=\"a\\n\") }}",
        "{% for a in rows %}{% for b in cells %}{% for c in rows %}x{% endfor %}{% endfor %}{% endfor %}",
        "{{ title | upper | upper | upper | upper | upper | upper }}",
        "{{ 99999999999999999999999999 }}",
        "{{ title | date(format=\"%!\") }}",
        "{% if",
        "{{",
        "{% for a in rows %}",
    ]
    .map(str::to_owned)
    .to_vec();
    bombs.push("x".repeat(5 * 1024 * 1024));
    bombs.push(format!(
        "{{{{ title | default(value=\"{}\") }}}}",
        "a".repeat(101)
    ));
    bombs.push(format!(
        "{{% for a in rows %}}{{% for b in cells %}}{}{{% endfor %}}{{% endfor %}}",
        "{{ title }}".repeat(5_000)
    ));
    bombs.push(format!(
        "{}x{}",
        "{% if title %}".repeat(4_000),
        "{% endif %}".repeat(4_000)
    ));
    bombs.push(format!(
        "{{% if {} %}}x{{% endif %}}",
        vec!["title"; 200].join(" and ")
    ));
    bombs.push(format!("{{{{ {} }}}}", "(".repeat(60_000)));
    bombs.push(format!("{{{{ {} }}}}", "[".repeat(60_000)));
    bombs.push("{{".repeat(30_000));
    bombs.push("{%".repeat(30_000));
    bombs.push(format!("{{{{ title{} }}}}", " | upper".repeat(8_000)));
    bombs.push(format!("{{{{ title{} }}}}", ".a".repeat(30_000)));
    bombs.push("{{ a~".repeat(10_000));
    bombs
}

#[test]
fn every_bomb_is_refused_quickly() {
    let catalogue = Catalogue::standard();
    let variables = lists();
    let bombs = bombs();
    assert!(bombs.len() >= 60, "{}", bombs.len());
    for channel in [Channel::Email, Channel::Sms, Channel::InApp] {
        for bomb in &bombs {
            let mut parts = TemplateParts {
                channel,
                subject: None,
                html: None,
                text: None,
                title: None,
                body: None,
                variables: &variables,
            };
            match channel {
                Channel::Email => (parts.subject, parts.html) = (Some("s"), Some(bomb.as_str())),
                Channel::Sms => parts.body = Some(bomb),
                _ => (parts.title, parts.body) = (Some("t"), Some(bomb.as_str())),
            }
            let begun = Instant::now();
            let errors = check(&parts, &catalogue).expect_err(&bomb[..bomb.len().min(80)]);
            // 50 ms in a release build; a debug build on a busy machine gets room.
            assert!(
                begun.elapsed() < Duration::from_millis(500),
                "{:?} for {}",
                begun.elapsed(),
                &bomb[..bomb.len().min(80)]
            );
            for error in errors {
                assert!(error.message.starts_with("line "), "{error:?}");
                assert!(!error.message.contains("student_name"), "{error:?}");
            }
        }
    }
}
