//! Keys of automations and of the events that they are applied to.

use domain::ids::{AutomationId, EventId, TenantId};

use super::t;
use crate::table::Keys;

/// What a tenant decided about a rule, or a rule of its own.
pub fn automation(tenant: &TenantId, automation: &AutomationId) -> Keys {
    Keys::new(automations(tenant), automation.as_str())
}

pub fn automations(tenant: &TenantId) -> String {
    t(tenant, "AUTOMATIONS")
}

/// An event that came. One that came with a test key is another than one under
/// the same id that did not.
pub fn event(tenant: &TenantId, event: &EventId, test: bool) -> Keys {
    Keys::new(event_facts(tenant, event, test), "EVENT")
}

/// An event with what each rule made of it.
pub fn event_facts(tenant: &TenantId, event: &EventId, test: bool) -> String {
    let kind = if test { "TESTEVENT" } else { "EVENT" };
    t(tenant, format_args!("{kind}#{event}"))
}

/// What one rule made of an event.
pub fn event_rule(
    tenant: &TenantId,
    event: &EventId,
    test: bool,
    automation: &AutomationId,
) -> Keys {
    Keys::new(
        event_facts(tenant, event, test),
        format!("RULE#{automation}"),
    )
}
