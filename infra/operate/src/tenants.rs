//! Organisations. Everything else about one is done through the API, by its
//! administrator.

use std::collections::BTreeSet;

use domain::directory::{Tenant, User};
use domain::people::{self, Complaint};
use domain::{Role, Timestamp};
use serde_json::json;
use store::Refused;

use crate::args;
use crate::place::Place;
use crate::report::{DRY_RUN, Reporter};
use crate::trouble::Trouble;

pub(crate) async fn list(place: &Place, out: &mut Reporter<'_>) -> Result<bool, Trouble> {
    let mut found = Vec::new();
    for id in place.store.tenants().await? {
        found.extend(place.store.tenant(&id).await?);
    }
    let document: Vec<_> = found
        .iter()
        .map(|tenant| json!({ "id": tenant.id, "name": tenant.name, "status": tenant.status }))
        .collect();
    let lines: Vec<String> = found
        .iter()
        .map(|tenant| format!("{:<24} {}", tenant.id.as_str(), tenant.name))
        .collect();
    out.tell(&json!(document), &lines)?;
    Ok(true)
}

pub(crate) async fn create(
    place: &Place,
    wanted: &args::Tenant,
    apply: bool,
    out: &mut Reporter<'_>,
) -> Result<bool, Trouble> {
    let Some((tenant, admin)) = read(wanted, place.store.now())? else {
        return Ok(true);
    };
    if place.store.tenant(&tenant.id).await?.is_some() {
        return Err(Trouble::TenantExists(tenant.id));
    }
    if apply {
        match place.store.create_tenant(&tenant, &admin).await {
            Ok(()) => {}
            Err(Refused::Conditions(_)) => return Err(Trouble::TenantExists(tenant.id)),
            Err(refused) => return Err(refused.into()),
        }
    }
    let document = json!({ "applied": apply, "tenant": tenant.id, "admin": admin.id });
    let line = if apply {
        format!(
            "Tenant {} was made. {} administers it with a token whose `sub` is {} and whose `tenant` is {}.",
            tenant.id, admin.name, admin.id, tenant.id
        )
    } else {
        format!(
            "Tenant {} with administrator {} would be made. {DRY_RUN}",
            tenant.id, admin.id
        )
    };
    out.tell(&document, &[line])?;
    Ok(true)
}

/// The two rows, by the same rules as the API's.
fn read(wanted: &args::Tenant, now: Timestamp) -> Result<Option<(Tenant, User)>, Trouble> {
    let args::Tenant::Create {
        id,
        name,
        admin,
        admin_name,
        admin_email,
        locale,
        time_zone,
    } = wanted
    else {
        return Ok(None);
    };
    let field = |option: &'static str| {
        move |complaint: Complaint| Trouble::Invalid(format!("--{option}: {}", complaint.message))
    };
    let name = people::name(name).map_err(field("name"))?;
    let locale = people::locale(locale).map_err(field("locale"))?;
    let time_zone = people::time_zone(time_zone).map_err(field("time-zone"))?;
    let tenant = Tenant::founded(id.clone(), name, locale, time_zone, now);
    let admin_name = people::name(admin_name).map_err(field("admin-name"))?;
    let roles = people::PRIVILEGED.iter().map(|role| Role::parse(role));
    let roles: BTreeSet<Role> = roles.collect::<Result<_, _>>().map_err(Trouble::Invalid)?;
    let mut user = User::joining(admin.clone(), admin_name, &tenant, now);
    user.email = admin_email.clone();
    user.roles = roles;
    Ok(Some((tenant, user)))
}
