//! Keys of services.

use domain::ids::TenantId;
use domain::time::plus_seconds;
use serde_json::json;
use store::api_keys::{ApiKeyGrant, ListedApiKey};

use crate::args;
use crate::place::Place;
use crate::report::{DRY_RUN, Reporter};
use crate::trouble::Trouble;

const DAY_SECONDS: i64 = 86_400;
const HOUR_SECONDS: i64 = 3_600;

async fn known(place: &Place, tenant: &TenantId) -> Result<(), Trouble> {
    match place.store.tenant(tenant).await? {
        Some(_) => Ok(()),
        None => Err(Trouble::NoSuchTenant(tenant.clone())),
    }
}

fn line(key: &ListedApiKey) -> String {
    let roles: Vec<&str> = key.roles.iter().map(domain::Role::as_str).collect();
    let end = key
        .expires_at
        .map_or_else(String::new, |end| format!(" until {end}"));
    format!(
        "{}  {}  {}  {}  since {}{end}{}",
        key.hash,
        key.service,
        roles.join(","),
        if key.live { "live" } else { "test" },
        key.created_at,
        if key.disabled { ", revoked" } else { "" },
    )
}

pub(crate) async fn list(
    place: &Place,
    tenant: &TenantId,
    out: &mut Reporter<'_>,
) -> Result<bool, Trouble> {
    known(place, tenant).await?;
    let keys = place.store.api_keys(tenant).await?;
    let lines: Vec<String> = keys.iter().map(line).collect();
    out.tell(&json!(keys), &lines)?;
    Ok(true)
}

pub(crate) async fn create(
    place: &Place,
    wanted: &args::ApiKey,
    apply: bool,
    out: &mut Reporter<'_>,
) -> Result<bool, Trouble> {
    let args::ApiKey::Create {
        tenant,
        service,
        roles,
        test,
        days,
    } = wanted
    else {
        return Ok(true);
    };
    known(place, tenant).await?;
    let now = place.store.now();
    let grant = ApiKeyGrant {
        tenant: tenant.clone(),
        service: service.clone(),
        roles: roles.iter().cloned().collect(),
        live: !test,
        expires_at: days.map(|days| plus_seconds(now, i64::from(days) * DAY_SECONDS)),
    };
    if !apply {
        let line = format!("A key for {service} of {tenant} would be made. {DRY_RUN}");
        out.tell(&json!({ "applied": false }), &[line])?;
        return Ok(true);
    }
    let made = place.store.create_api_key(&grant).await?;
    let document = json!({ "applied": true, "secret": made.secret, "hash": made.hash });
    let lines = [
        format!("Key   {}", made.secret),
        format!("Hash  {}", made.hash),
        "The key is shown only now. Its hash is what revokes it.".to_owned(),
    ];
    out.tell(&document, &lines)?;
    Ok(true)
}

pub(crate) async fn rotate(
    place: &Place,
    (tenant, hash): (&TenantId, &str),
    overlap_hours: u32,
    apply: bool,
    out: &mut Reporter<'_>,
) -> Result<bool, Trouble> {
    let keys = place.store.api_keys(tenant).await?;
    let old = keys.iter().find(|key| key.hash == hash && !key.disabled);
    let old = old.ok_or_else(|| Trouble::NoSuchKey(tenant.clone()))?;
    let (now, service) = (place.store.now(), &old.service);
    if old.expires_at.is_some_and(|end| end <= now) {
        return Err(Trouble::NoSuchKey(tenant.clone()));
    }
    if !apply {
        let line = format!(
            "A new key for {service} of {tenant} would be made, and this one would end in {overlap_hours} hours. {DRY_RUN}"
        );
        out.tell(&json!({ "applied": false }), &[line])?;
        return Ok(true);
    }
    let grant = ApiKeyGrant {
        tenant: tenant.clone(),
        service: service.clone(),
        roles: old.roles.clone(),
        live: old.live,
        // A key that was to end lives as long again.
        expires_at: old.expires_at.map(|end| now + (end - old.created_at)),
    };
    let ends = plus_seconds(now, i64::from(overlap_hours) * HOUR_SECONDS);
    let made = place.store.rotate_api_key(old, &grant, ends).await?;
    let document =
        json!({ "applied": true, "secret": made.secret, "hash": made.hash, "old_ends_at": ends });
    let lines = [
        format!("Key   {}", made.secret),
        format!("Hash  {}", made.hash),
        format!("The key is shown only now. The old one is good until {ends}."),
    ];
    out.tell(&document, &lines)?;
    Ok(true)
}

pub(crate) async fn revoke(
    place: &Place,
    tenant: &TenantId,
    hash: &str,
    apply: bool,
    out: &mut Reporter<'_>,
) -> Result<bool, Trouble> {
    let keys = place.store.api_keys(tenant).await?;
    let key = keys.iter().find(|key| key.hash == hash);
    let key = key.ok_or_else(|| Trouble::NoSuchKey(tenant.clone()))?;
    if apply {
        place.store.disable_api_key(hash).await?;
    }
    let line = if apply {
        format!(
            "The key of {} was revoked. The gateway may take it for another minute.",
            key.service
        )
    } else {
        format!("The key of {} would be revoked. {DRY_RUN}", key.service)
    };
    out.tell(&json!({ "applied": apply, "hash": hash }), &[line])?;
    Ok(true)
}
