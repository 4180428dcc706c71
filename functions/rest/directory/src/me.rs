//! Who am I.

use axum::Json;
use axum::extract::State;
use domain::directory::Standing;
use domain::ids::{GroupId, TenantId, UserId};
use domain::problem::ProblemBody;
use domain::{Problem, Role, Timestamp};
use lambda::rest::{Answer, Authenticated};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

use crate::Directory;
use crate::user_input::UserBody;

/// The caller: a person, or a service with its key.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    id: UserId,
    roles: BTreeSet<Role>,
    tenant: MyTenant,
    /// The person's entry in the directory; absent for a service.
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<UserBody>,
    memberships: Vec<MyMembership>,
}

#[derive(Debug, Serialize, ToSchema)]
struct MyTenant {
    id: TenantId,
    name: String,
    locale: String,
    time_zone: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct MyMembership {
    group: GroupId,
    kind: String,
    name: String,
    role: Role,
    status: Standing,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// Tell who is calling
#[utoipa::path(
    get,
    path = "/v1/users/me",
    operation_id = "whoAmI",
    tag = "directory",
    responses(
        (status = 200, description = "The caller", body = Me),
        (status = 401, description = "No valid credential", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn who_am_i(
    State(directory): State<Directory>,
    Authenticated(caller): Authenticated,
) -> Answer<Json<Me>> {
    let store = &directory.store;
    let tenant = store.tenant(&caller.tenant).await?;
    let tenant = tenant.ok_or_else(Problem::not_found)?;
    let profile = store.user(&caller.tenant, &caller.user).await?;
    let mine = store.memberships_of(&caller.tenant, &caller.user).await?;
    let ids: Vec<GroupId> = mine.iter().map(|mine| mine.group.clone()).collect();
    let groups = store.groups(&caller.tenant, &ids).await?;
    let mut groups: BTreeMap<GroupId, _> = groups
        .into_iter()
        .map(|group| (group.id.clone(), group))
        .collect();
    let memberships = mine.into_iter().filter_map(|mine| {
        let group = groups.remove(&mine.group)?;
        Some(MyMembership {
            group: group.id,
            kind: group.kind,
            name: group.name,
            role: mine.role,
            status: mine.status,
            expires_at: mine.expires_at,
        })
    });
    Ok(Json(Me {
        id: caller.user.clone(),
        roles: caller.roles.clone(),
        tenant: MyTenant {
            id: tenant.id,
            name: tenant.name,
            locale: tenant.locale,
            time_zone: tenant.time_zone,
        },
        profile: profile.map(UserBody::from),
        memberships: memberships.collect(),
    }))
}
