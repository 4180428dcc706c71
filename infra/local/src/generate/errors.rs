//! The public error table.

use domain::Code;

/// Every code that an answer can carry, as Markdown.
pub(super) fn table() -> Result<String, String> {
    let mut text = String::from(
        "# Errors\n\n\
         Every answer that is not a success is `application/problem+json` (RFC 9457). `code` is\n\
         stable, the texts are not; `errors` names the fields that are wrong. Quote `request_id`\n\
         when you ask the operator. This file is made by `cargo generate`.\n\n\
         | code | status | means | how to mend it |\n\
         |---|---|---|---|\n",
    );
    for code in Code::ALL {
        text.push_str(&format!(
            "| `{}` | {} | {} | {} |\n",
            code.as_str(),
            code.status(),
            code.title(),
            code.how_to_fix(),
        ));
    }
    Ok(text)
}
