//! Opening a community.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::audit::AuditEntry;
use domain::caller::Credential;
use domain::community::{Community, CommunityCounts, Member, MemberRole, Settings, may_create};
use domain::ids::GroupId;
use domain::problem::ProblemBody;
use domain::{Caller, Problem};
use lambda::rest::{Answer, Authenticated, Body};
use serde::Deserialize;
use store::Store;

use crate::body::CommunityBody;

/// A community of a course.
#[derive(Debug, Deserialize, garde::Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub(crate) struct CommunityInput {
    /// The course; `course` is accepted too.
    #[serde(alias = "course")]
    group: GroupId,
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    settings: Settings,
}

/// Open a community
///
/// One for a course, with its room for live chat. Staff and administrators open
/// any, those who teach a course its own. Whoever opens it owns it; one that a
/// service opens has no owner until an administrator names one.
#[utoipa::path(
    post,
    path = "/v1/communities",
    operation_id = "createCommunity",
    tag = "communities",
    request_body = CommunityInput,
    responses(
        (status = 201, description = "Opened", body = CommunityBody),
        (status = 403, description = "Neither staff nor teaching the course", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The course has one already", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field is not valid, or there is no such course", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn create_community(
    State(store): State<Store>,
    Authenticated(caller): Authenticated,
    Body(input): Body<CommunityInput>,
) -> Answer<(StatusCode, Json<CommunityBody>)> {
    let (tenant, now) = (&caller.tenant, store.now());
    let own = store.membership(tenant, &caller.user, &input.group).await?;
    may_create(&caller, own.as_ref(), now)?;
    let community = Community::new(
        &caller,
        input.group,
        &input.name,
        &input.description,
        input.settings,
        now,
    )?;
    let owner = owner(&caller, now);
    let audit = AuditEntry::new(&caller, "community.created", community.id.as_str(), now);
    let created = store
        .create_community(tenant, &community, owner.as_ref(), &audit)
        .await;
    created.map_err(|refused| {
        if refused.at(0) {
            Problem::conflict("The course has a community, or one that is being deleted.")
        } else if refused.at(1) {
            let message = "There is no open course with this id.";
            Problem::invalid("group", "unknown_group", message)
        } else {
            refused.or_conflict(crate::CHANGED)
        }
    })?;
    let members = u64::from(owner.is_some());
    let counts = CommunityCounts {
        members,
        owners: members,
        posts: 0,
    };
    let body = CommunityBody::of(&caller, community, counts, owner.as_ref());
    Ok((StatusCode::CREATED, Json(body)))
}

/// A person who opens a community owns it; a service is nobody's fellow.
fn owner(caller: &Caller, now: domain::Timestamp) -> Option<Member> {
    (caller.credential == Credential::Token).then(|| Member {
        user: caller.user.clone(),
        role: MemberRole::Owner,
        joined_at: now,
    })
}
