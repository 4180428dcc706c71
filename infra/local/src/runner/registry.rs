//! Every function by its logical id. The one line here is all that a new
//! function needs in the stack; a test compares the list with the template.

use lambda::Build;

pub const FUNCTIONS: &[(&str, Build)] = &[
    ("Announcements", announcements::function),
    ("ApplyEvent", apply_event::function),
    ("Approvals", approvals::function),
    ("Authorize", authorize::function),
    ("CarryOutPrivacy", carry_out_privacy::function),
    ("Chat", chat::function),
    ("Communities", communities::function),
    ("Connect", connect::function),
    ("DeliverEmail", deliver_email::function),
    ("DeliverInApp", deliver_in_app::function),
    ("DeliverLive", deliver_live::function),
    ("DeliverSms", deliver_sms::function),
    ("Directory", directory::function),
    ("Disconnect", disconnect::function),
    ("Events", events::function),
    ("Health", health::function),
    ("ImportDirectory", import_directory::function),
    ("Logs", logs::function),
    ("Message", message::function),
    ("Messages", messages::function),
    ("Notifications", notifications::function),
    ("PlanSend", plan_send::function),
    ("Preferences", preferences::function),
    ("PublishEvent", publish_event::function),
    ("Privacy", privacy::function),
    ("Realtime", realtime::function),
    ("RecordFeedback", record_feedback::function),
    ("Sends", sends::function),
    ("Sweep", sweep::function),
    ("Templates", templates::function),
    ("Unsubscribe", unsubscribe::function),
    ("Web", web::function),
];

/// How a function is built.
pub fn build_of(name: &str) -> Option<Build> {
    FUNCTIONS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, build)| *build)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::FUNCTIONS;
    use crate::stack::local_place;
    use crate::template::{EMBEDDED, read};

    #[test]
    fn the_template_and_the_registry_agree() {
        let plan = read(
            EMBEDDED,
            &local_place("http://127.0.0.1:1", "http://127.0.0.1:2"),
        )
        .unwrap();
        let declared: BTreeSet<&str> = plan.functions.keys().map(String::as_str).collect();
        let registered: BTreeSet<&str> = FUNCTIONS.iter().map(|(name, _)| *name).collect();
        assert_eq!(declared, registered);
    }

    #[test]
    fn a_function_is_named_after_its_folder() {
        let plan = read(
            EMBEDDED,
            &local_place("http://127.0.0.1:1", "http://127.0.0.1:2"),
        )
        .unwrap();
        for function in plan.functions.values() {
            let words = function.binary().split('-').map(|word| {
                let (first, rest) = word.split_at(1);
                format!("{}{rest}", first.to_uppercase())
            });
            assert_eq!(
                function.name,
                words.collect::<String>(),
                "{}",
                function.folder
            );
        }
    }
}
