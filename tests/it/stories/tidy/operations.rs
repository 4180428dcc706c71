//! What operators rely on: every queue has its alarms and enough time, and who
//! does not send cannot.

use super::{plan, root, text};

/// What follows `id:` in the template, up to the next resource.
fn resource(template: &str, id: &str) -> Option<String> {
    let (_, rest) = template.split_once(&format!("\n  {id}:\n"))?;
    let lines = rest.lines();
    let own = lines.take_while(|line| line.is_empty() || line.starts_with("    "));
    Some(own.map(|line| format!("{line}\n")).collect())
}

#[test]
fn every_queue_has_its_alarms() {
    let template = text("infra/template.yaml");
    let plan = plan();
    let sources = plan.mappings.iter().map(|mapping| &mapping.queue);
    for queue in sources {
        let name = queue.strip_suffix("Queue").expect("a name that ends so");
        for (alarm, metric, watched) in [
            ("Late", "ApproximateAgeOfOldestMessage", queue.clone()),
            (
                "GivenUp",
                "ApproximateNumberOfMessagesVisible",
                format!("{name}DeadLetters"),
            ),
        ] {
            let alarm = format!("{name}{alarm}");
            let text = resource(&template, &alarm);
            let text = text.unwrap_or_else(|| panic!("the template has no alarm {alarm}"));
            assert!(text.contains(metric), "{alarm} is not about {metric}");
            let watched = format!("!GetAtt {watched}.QueueName");
            assert!(text.contains(&watched), "{alarm} does not watch {watched}");
        }
    }
}

#[test]
fn every_alarm_is_explained() {
    let (template, runbook) = (text("infra/template.yaml"), text("infra/runbook.md"));
    let told = template.split("AlarmDescription: ").skip(1);
    for description in told.filter_map(|rest| rest.lines().next()) {
        let see = description.split_once("See ");
        let (_, see) = see.unwrap_or_else(|| panic!("{description:?} names no part"));
        let part = see.trim_end_matches(" in infra/runbook.md.");
        let heading = format!("\n## {part}\n");
        assert!(runbook.contains(&heading), "the runbook lacks {part:?}");
    }
}

#[test]
fn a_message_is_invisible_for_six_timeouts_of_its_function() {
    let plan = plan();
    for mapping in &plan.mappings {
        let function = &plan.functions[&mapping.function];
        let queue = plan.queues.iter().find(|queue| queue.name == mapping.queue);
        let queue = queue.expect("the queue of the mapping");
        assert!(
            queue.visibility >= function.timeout * 6,
            "{} is invisible for {:?}, {} may take {:?}",
            queue.name,
            queue.visibility,
            function.name,
            function.timeout
        );
        assert!(mapping.report_failures, "{} fails as a whole", queue.name);
        assert!(mapping.max_concurrency <= 50, "{} has no bound", queue.name);
    }
}

#[test]
fn only_who_delivers_may_send() {
    let template = text("infra/template.yaml");
    let functions = plan().functions;
    for name in functions.keys() {
        let text = resource(&template, name).expect("the function");
        let mails = text.contains("ses:Send");
        assert_eq!(mails, name == "DeliverEmail", "{name} and SES");
        let texts = text.contains("sns:Publish");
        assert_eq!(texts, name == "DeliverSms", "{name} and SNS");
        // The sweeper asks both how the account stands, and nobody else does.
        let asks = text.contains("ses:GetEmailIdentity") || text.contains("sns:Get");
        assert_eq!(asks, name == "Sweep", "{name} and the account");
        let knows = mails || texts || asks;
        let named = text.contains("ses:") || text.contains("sns:");
        assert_eq!(named, knows, "{name} may do more with SES or SNS");
        assert!(!text.contains("dynamodb:Scan"), "{name} may scan");
    }
    // Each with a reason beside it.
    let all = template.matches("Resource: '*'").count();
    assert_eq!(all, 2, "statements for every resource");
}

#[test]
fn each_deployment_of_the_list_has_its_section() {
    let config = std::fs::read_to_string(root().join("samconfig.toml")).expect("samconfig.toml");
    for stage in ["dev", "staging", "prod"] {
        assert!(
            config.contains(&format!("[{stage}.deploy.parameters]")),
            "{stage}"
        );
        assert!(config.contains(&format!("Stage={stage}")), "{stage}");
    }
}

/// Where the template is named for `sam deploy`, it deploys the sources in the
/// folders that the template names instead of what `sam build` made of them.
#[test]
fn sam_deploys_what_it_has_built() {
    let config = std::fs::read_to_string(root().join("samconfig.toml")).expect("samconfig.toml");
    let naming: Vec<&str> = config
        .split("\n[")
        .filter(|section| section.contains("\ntemplate_file ="))
        .collect();
    assert!(!naming.is_empty());
    for section in naming {
        let named = section.split(']').next().unwrap_or_default();
        assert!(
            named.ends_with(".build.parameters") || named.ends_with(".validate.parameters"),
            "{named}"
        );
    }
}
